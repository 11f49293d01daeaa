/**
 * K4: what 5,000 hostile connections of each kind do to valid keys. Server, PostgreSQL, load and measurement are processes of
 * this machine: `plain` shows what the load costs where a server of node:http alone takes it.
 * `npm run stress -- hostile-load [connections] [seconds a case] [case...]`; the cases are in `CASES`, by default all of them.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { loadavg } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Program } from '@keystamp/testing/processes/program';
import { prepare } from '../harness/ground.js';
import { introduce, quantile, startTable } from '../harness/report.js';

const CASES: Record<string, string> = {
  idle: 'nobody else',
  'sign-ins': 'wrong sign-ins of one address',
  changes: 'one user creates and deletes keys',
  keys: 'well-formed keys that nobody has',
  'no-keys': 'requests without a key',
  sessions: 'made-up sessions, `/api/auth/me`',
  setup: 'made-up sessions, `/api/setup`',
  plain: 'wrong sign-ins, to a server of node:http alone',
};
const [connections = '5000', seconds = '20', ...wanted] = process.argv.slice(2);
const EMAIL = 'ada@example.com';
const PASSWORD = 'correct horse battery staple';
const EVERY_MS = 10;
const GIVE_UP_MS = 10_000;
/** Each of them is asked for once: it is not in memory. */
const UNKNOWN = 20_000;

const ground = await prepare(UNKNOWN + 1, { max_connections: 50 });
await introduce(`${connections} hostile connections, ${seconds} s a case`, ground.server);
const program = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const keystamp = startServer([program('packages/server/dist/cli/main.js'), 'serve']);
const url = await urlOf(keystamp);
const cookie = await signIn();
const [known, ...unknown] = ground.keys.map(({ apiKey }) => apiKey) as [string, ...string[]];

const row = startTable([
  'case',
  'keys',
  'answered 2xx',
  'others',
  'p50 ms',
  'p99 ms',
  'most ms',
  'the hostile got',
  'load',
]);
for (const kind of wanted.length === 0 ? Object.keys(CASES) : wanted) {
  if (kind === 'plain') await measurePlain();
  else await measure(kind, url);
}
await stop(keystamp);
await ground.end();

async function measurePlain(): Promise<void> {
  const server = startServer(['--import', 'tsx', program('stress/proofs/plain-server.ts')]);
  await measure('sign-ins', await urlOf(server), CASES['plain']);
  await stop(server);
}

async function measure(kind: string, url: URL, name = CASES[kind] ?? kind): Promise<void> {
  const args = [url.port, connections, kind, cookie];
  const hostile =
    kind === 'idle' ? null : new Program(new URL('./hostile.ts', import.meta.url), args);
  await hostile?.next();
  const endAt = performance.now() + Number(seconds) * 1_000;
  const [ofKnown, ofUnknown] = await Promise.all([
    ask(url, endAt, () => known),
    ask(url, endAt, () => unknown.pop() as string),
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
    const figures = [0.5, 0.99, 1].map((share) => quantile(times, share).toFixed(1));
    const others = answers.length - good.length;
    row([name, what, String(good.length), String(others), ...figures, told, load]);
  }
  await pause(3_000);
}

/** A request every 10 ms, whether or not the last is answered: a slow answer hides no other. */
async function ask(url: URL, endAt: number, keyOf: () => string) {
  const answers: Promise<{ status: number; ms: number }>[] = [];
  while (performance.now() < endAt) {
    answers.push(verify(url, keyOf()));
    await pause(EVERY_MS);
  }
  return Promise.all(answers);
}

async function verify(url: URL, key: string): Promise<{ status: number; ms: number }> {
  const from = performance.now();
  const headers = { 'x-api-key': key };
  const signal = AbortSignal.timeout(GIVE_UP_MS);
  const status = await fetch(new URL('/verify', url), { headers, signal }).then(
    (answer) => answer.status,
    () => 0,
  );
  return { status, ms: performance.now() - from };
}

function startServer(args: readonly string[]): ChildProcess {
  return spawn(process.execPath, [...args], {
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

async function stop(server: ChildProcess): Promise<void> {
  const gone = new Promise((resolve) => server.once('exit', resolve));
  server.kill('SIGTERM');
  await gone;
}

function urlOf(child: ChildProcess): Promise<URL> {
  let said = '';
  return new Promise((resolve, reject) => {
    child.stdout?.on('data', (text) => {
      said += text;
      const [, found] = /Sign in at (\S+)/.exec(said) ?? [];
      if (found !== undefined) resolve(new URL(found));
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
