import { freePort } from '@keystamp/testing/network/free-port';
import type { WatchedProgram } from '@keystamp/testing/processes/watched';
import {
  exampleOf,
  type Limits,
  makeHome,
  type Places,
  type Ports,
  type RunningProxy,
  runProxy,
  writeIn,
} from './proxy.js';

const STATUSES = [400, 401, 403, 404, 408, 500, 502, 503, 504];

/** Without health checks too: on a busy machine an answer to one of them comes late. */
const PATIENT = {
  'connect 1s': 'connect 60s',
  'server 3s': 'server 60s',
  '  default-server check inter 1s fall 1 rise 1\n': '',
};

/** More lines for sections of the example. */
type Lines = Partial<Record<'defaults' | 'orders' | 'questions', string>>;

/** What configurations say around the example, by a name for it. */
const surroundings: Record<string, (home: string) => Lines> = {
  'nothing else': () => ({}),
  'error files that answer 200': (home) => ({ defaults: errorFiles(home, 200) }),
  'error files that answer 204': (home) => ({ defaults: errorFiles(home, 204) }),
  'other statuses': () => ({
    questions: 'http-after-response set-status 204 if { status ge 400 }',
  }),
  'retries and shared connections': () => ({
    defaults: 'option http-buffer-request\n  retry-on all-retryable-errors\n  http-reuse always',
  }),
  'other paths': () => ({ orders: 'http-request set-path /orders%[path]' }),
};

/** HAProxy with the example in a process for each surrounding, since some of them hold for all of a process. */
export async function startHaproxy(places: Places, limits: Limits): Promise<RunningProxy> {
  const ports: Record<string, Ports> = {};
  const running: WatchedProgram[] = [];
  for (const [name, around] of Object.entries(surroundings)) {
    const at = { http: await freePort(), http2: await freePort() };
    ports[name] = { ...at, takes: name === 'other statuses' ? 'errors' : null };
    running.push(runHaproxy(at, around, places, limits));
  }
  return {
    ports,
    end: async () => {
      await Promise.all(running.map(({ end }) => end()));
    },
  };
}

function runHaproxy(
  { http, http2 }: { http: number; http2: number },
  around: (home: string) => Lines,
  { keystamp, service }: Places,
  limits: Limits,
) {
  const home = makeHome('haproxy');
  const listener = `abns@keystamp-${http}`;
  writeIn(home, 'keystamp.lua', exampleOf('haproxy/keystamp.lua', { 'abns@keystamp': listener }));
  const { defaults = '', orders = '', questions = '' } = around(home);
  const config = exampleOf('haproxy/haproxy.cfg', {
    'defaults\n': `defaults\n  ${defaults}\n`,
    'frontend questions\n': `frontend questions\n  ${questions}\n`,
    '/etc/haproxy/keystamp.lua': `${home}/keystamp.lua`,
    'abns@keystamp': listener,
    'bind :443 ssl crt /etc/ssl/private/example.com.pem alpn h2,http/1.1': `bind 127.0.0.1:${http}
  bind 127.0.0.1:${http2} proto h2`,
    '  server orders 10.0.0.21:8080': `  ${orders}\n  server orders 127.0.0.1:${service}`,
    '10.0.0.11:4747': `127.0.0.1:${keystamp}`,
    '  server two 10.0.0.12:4747\n': '',
    ...(limits === 'patient' && PATIENT),
  });
  return runProxy('haproxy', ['-db', '-f', writeIn(home, 'haproxy.cfg', config)], home);
}

/** An answer for each error that HAProxy has a file for. */
function errorFiles(home: string, status: number): string {
  const file = writeIn(
    home,
    `${status}.http`,
    `HTTP/1.1 ${status} Fine\r\nContent-Length: 0\r\n\r\n`,
  );
  return STATUSES.map((each) => `errorfile ${each} ${file}`).join('\n  ');
}
