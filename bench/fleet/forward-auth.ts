/**
 * A service behind each proxy that is installed (Debian: nginx-light, caddy, haproxy), run with what docs/forward-auth.md
 * and deploy/haproxy show: what it answers, and what reaches the service, with keys good and bad, with headers that a client
 * made up, and while Keystamp is away. Ends with 1 where an answer is another than expected.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildPresent, serveTree, type Tree } from '../../packages/core/test/fleet/revision.js';
import { freePort } from '../../packages/core/test/support/free-port.js';
import { startPostgres } from '../../packages/core/test/support/postgres-server.js';
import { until } from '../../packages/core/test/support/until.js';
import { cases } from './forward-auth/cases.js';
import { createKeys, type Keys } from './forward-auth/keys.js';
import { outages } from './forward-auth/outages.js';
import { type ProxyProgram, proxies } from './forward-auth/proxies.js';
import { CLIENT, send } from './forward-auth/send.js';
import { startService } from './forward-auth/service.js';
import { print, printGround, printTable } from './table.js';

interface Finding {
  readonly name: string;
  readonly expected: string;
  readonly found: string;
}

const server = await startPostgres();
const installed = proxies.filter(({ name }) => isInstalled(name.toLowerCase()));
const tree = buildPresent();
const keys = await createKeys(server.url);
const columns: Finding[][] = [];
for (const proxy of installed) columns.push(await tryOut(proxy, tree, keys));
await printGround('node --import tsx bench/fleet/forward-auth.ts', server);
const [first = []] = columns;
const rows = first.map(({ name, expected }, at) => [
  name,
  expected,
  ...columns.map((column) => marked(column[at] as Finding)),
]);
printTable(['request', 'expected', ...installed.map(({ name }) => name)], rows);
for (const { name } of proxies.filter((each) => !installed.includes(each))) {
  print(`${name} is not installed: not tried.`);
}
await server.end();
const isAsExpected = columns.flat().every(({ expected, found }) => expected === found);
process.exitCode = isAsExpected ? 0 : 1;

function isInstalled(program: string): boolean {
  try {
    execFileSync('which', [program], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

function marked({ expected, found }: Finding): string {
  return expected === found ? found : `**${found}**`;
}

async function tryOut(proxy: ProxyProgram, built: Tree, keys: Keys): Promise<Finding[]> {
  const home = mkdtempSync(join(tmpdir(), 'keystamp-forward-auth-'));
  const ports = { proxy: await freePort(), keystamp: await freePort(), service: await freePort() };
  const service = await startService(ports.service);
  const keystamp = await serveTree(built, server.url, {
    KEYSTAMP_PORT: String(ports.keystamp),
    KEYSTAMP_TRUST_PROXY: '127.0.0.1',
    KEYSTAMP_LOG_LEVEL: 'debug',
  });
  const child = proxy.start({ ...ports, home });
  // SIGKILL would leave nginx's workers behind.
  const kill = () => child.kill('SIGTERM');
  process.once('exit', kill);
  const gone = new Promise((resolve) => child.once('exit', resolve));
  await until(() => send(ports.proxy).catch(() => null), { what: `${proxy.name} to listen` });
  const findings: Finding[] = [];
  for (const { name, expected, run } of cases) {
    const found = await run(ports.proxy, keys).catch((error: Error) => error.message);
    findings.push({ name, expected, found });
  }
  findings.push({
    name: 'whose address Keystamp is told, whatever a client says of itself',
    expected: 'the client’s',
    found: await addressTold(ports.proxy, keys, keystamp.log),
  });
  findings.push(...(await outages(ports.proxy, keystamp, service, keys.ada)));
  child.kill('SIGTERM');
  await gone;
  process.off('exit', kill);
  rmSync(home, { recursive: true, force: true });
  return findings;
}

/** By the last line of the log about a question. */
async function addressTold(port: number, keys: Keys, log: () => string): Promise<string> {
  const before = log().length;
  const headers = ['X-API-Key', keys.ada.apiKey, 'X-Forwarded-For', '192.0.2.7'];
  await send(port, { headers });
  const line = await until(
    () =>
      log()
        .slice(before)
        .match(/"from":"([^"]*)"/),
    { timeoutMs: 5000 },
  );
  return line[1] === CLIENT ? 'the client’s' : (line[1] as string);
}
