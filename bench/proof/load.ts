/**
 * K4: what 5,000 hostile connections do to valid keys: wrong sign-ins of one address, and one user who creates and deletes
 * keys. Server, PostgreSQL, load and measurement are processes of this machine. Needs `npx tsc -b`.
 * `npx tsx bench/proof/load.ts [connections] [seconds a case]`
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { loadavg } from 'node:os';
import { fileURLToPath } from 'node:url';
import { Child } from '../load/child.js';
import { introduce, pause, percentile, prepare } from './ground.js';

const [connections = '5000', seconds = '20'] = process.argv.slice(2);
const EMAIL = 'ada@example.com';
const PASSWORD = 'correct horse battery staple';
const EVERY_MS = 10;
const GIVE_UP_MS = 10_000;
/** Each of them is asked for once: it is not in memory. */
const UNKNOWN = 20_000;

introduce(`${connections} hostile connections, ${seconds} s a case`);
const ground = await prepare(UNKNOWN + 1, { max_connections: 50 });
const server = startServer();
const url = new URL(await urlOf(server));
const cookie = await signIn();
const [known, ...unknown] = ground.keys.map(({ apiKey }) => apiKey) as [string, ...string[]];
const seen: string[][] = [];

console.log(
  'case | keys | answered 2xx | others | p50 ms | p99 ms | most ms | the hostile got | load',
);
await measure('nobody else', null);
await measure('wrong sign-ins of one address', 'sign-ins');
await measure('one user creates and deletes keys', 'changes');
for (const row of seen) console.log(row.join(' | '));
server.kill('SIGTERM');
await new Promise((resolve) => server.once('exit', resolve));
await ground.end();

async function measure(name: string, kind: string | null): Promise<void> {
  const args = [url.port, connections, kind ?? '', kind === 'changes' ? cookie : ''];
  const hostile = kind === null ? null : new Child('hostile.ts', args);
  await hostile?.next();
  const endAt = performance.now() + Number(seconds) * 1_000;
  const [ofKnown, ofUnknown] = await Promise.all([
    ask(endAt, () => known),
    ask(endAt, () => unknown.pop() as string),
  ]);
  const got = await hostile?.ask<{ opened: number; statuses: object }>({});
  await hostile?.end();
  const load = (loadavg()[0] ?? 0).toFixed(1);
  for (const [what, answers] of [
    ['known to memory', ofKnown],
    ['unknown to memory', ofUnknown],
  ] as const) {
    const good = answers.filter(({ status }) => status === 204);
    const times = answers.map(({ ms }) => ms);
    const told = got === undefined ? '' : `${got.opened} open, ${JSON.stringify(got.statuses)}`;
    const figures = [0.5, 0.99, 1].map((share) => percentile(times, share).toFixed(1));
    const others = answers.length - good.length;
    seen.push([name, what, String(good.length), String(others), ...figures, told, load]);
  }
  await pause(3_000);
}

/** A request every 10 ms, whether or not the last is answered: a slow answer hides no other. */
async function ask(endAt: number, keyOf: () => string) {
  const answers: Promise<{ status: number; ms: number }>[] = [];
  while (performance.now() < endAt) {
    answers.push(verify(keyOf()));
    await pause(EVERY_MS);
  }
  return Promise.all(answers);
}

async function verify(key: string): Promise<{ status: number; ms: number }> {
  const from = performance.now();
  const headers = { 'x-api-key': key };
  const signal = AbortSignal.timeout(GIVE_UP_MS);
  const status = await fetch(new URL('/verify', url), { headers, signal }).then(
    (answer) => answer.status,
    () => 0,
  );
  return { status, ms: performance.now() - from };
}

function startServer(): ChildProcess {
  const program = fileURLToPath(new URL('../../packages/server/dist/cli/main.js', import.meta.url));
  return spawn(process.execPath, [program, 'serve'], {
    env: {
      PATH: process.env['PATH'],
      DATABASE_URL: ground.server.url,
      KEYSTAMP_PORT: '0',
      KEYSTAMP_LOG_LEVEL: 'error',
      KEYSTAMP_ADMIN_EMAIL: EMAIL,
      KEYSTAMP_ADMIN_PASSWORD: PASSWORD,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

function urlOf(child: ChildProcess): Promise<string> {
  let said = '';
  return new Promise((resolve, reject) => {
    child.stdout?.on('data', (text) => {
      said += text;
      const [, found] = /Sign in at (\S+)/.exec(said) ?? [];
      if (found !== undefined) resolve(found);
    });
    child.once('exit', (code) => reject(new Error(`The server ended with ${code}: ${said}`)));
  });
}

async function signIn(): Promise<string> {
  const answer = await fetch(new URL('/api/auth/login', url), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email: EMAIL, password: PASSWORD }),
  });
  const [cookie = ''] = answer.headers.getSetCookie();
  return cookie.split(';')[0] as string;
}
