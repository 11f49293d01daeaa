// What a load costs where nothing is done for it: a server of node:http alone. It answers /verify with 204 at once and everything
// else with 429, held back as Keystamp holds back refused sign-ins. It prints its address and ends with SIGTERM.
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SIGN_IN_LIMITS } from '../../packages/server/dist/auth/sessions/sign-in-limits.js';
import { RefusalPace } from '../../packages/server/dist/http/refusal-pace.js';

const pace = new RefusalPace(SIGN_IN_LIMITS);

function refuse(response: ServerResponse): void {
  const body = '{"title":"Too Many Requests"}';
  response.writeHead(429, { 'content-length': body.length }).end(body);
}

const server = createServer((request, response) => {
  if (request.url === '/verify') response.writeHead(204).end();
  else setTimeout(refuse, pace.hold(performance.now(), Math.random()), response);
});
server.listen(0, '127.0.0.1', () => {
  console.log(`Sign in at http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
});
process.once('SIGTERM', () => process.exit());
