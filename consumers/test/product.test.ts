import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { freePort } from '@keystamp/testing/network/free-port';
import { until } from '@keystamp/testing/until';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';

const { both } = inject('installed');
const run = promisify(execFile);

let origin: string;
let server: ChildProcess;
let printed = '';
beforeAll(async () => {
  const port = await freePort();
  origin = `http://127.0.0.1:${port}`;
  const env = { PATH: process.env['PATH'], HOME: process.env['HOME'], KEYSTAMP_PORT: `${port}` };
  server = spawn('npx', ['@keystamp/server'], { cwd: both, env, detached: true });
  const keep = (text: Buffer) => {
    printed += text;
  };
  server.stdout?.on('data', keep);
  server.stderr?.on('data', keep);
  await until(() => printed.includes('/setup#token=') || server.exitCode !== null, {
    timeoutMs: 120_000,
    what: 'the link of the first start',
  });
});
afterAll(async () => {
  const ended = new Promise((resolve) => server.once('exit', resolve));
  process.kill(-(server.pid as number), 'SIGTERM');
  await ended;
});

const account = { email: 'ada@example.com', password: 'a long pass phrase' };
const json = () => ({ 'content-type': 'application/json', origin });
const post = (path: string, body: object, headers: Record<string, string> = {}) =>
  fetch(`${origin}${path}`, {
    method: 'POST',
    headers: { ...json(), ...headers },
    body: JSON.stringify(body),
  });

it('npx @keystamp/server starts the product: page, first user, key, check, command line', async () => {
  const page = await (await fetch(origin, { headers: { accept: 'text/html' } })).text();
  const [, script] = /src="([^"]+assets[^"]+\.js)"/.exec(page) ?? [];
  const answer = await fetch(new URL(script ?? '/missing.js', origin));
  expect([answer.status, answer.headers.get('content-type')]).toEqual([
    200,
    expect.stringContaining('javascript'),
  ]);

  const token = /\/setup#token=(\S+)/.exec(printed)?.[1];
  const setUp = await post('/api/setup', { token, ...account });
  expect([setUp.status, await setUp.text()]).toEqual([201, expect.any(String)]);
  const signedIn = await post('/api/auth/login', account);
  const cookie = signedIn.headers
    .getSetCookie()
    .map((each) => each.split(';')[0])
    .join('; ');
  const made = await post('/api/api-keys', { name: 'CI' }, { cookie });
  const [apiKey = ''] = /ks_[A-Za-z0-9]{49}/.exec(await made.text()) ?? [];
  expect([signedIn.status, made.status, apiKey]).toEqual([200, 201, expect.stringMatching(/^ks_/)]);

  const verify = (key: string) =>
    fetch(`${origin}/verify`, { headers: { 'x-api-key': key } }).then(({ status }) => status);
  expect(await Promise.all([verify(apiKey), verify(`${apiKey}x`)])).toEqual([204, 401]);

  const { stdout } = await run('npx', ['keystamp', 'list', '--json'], { cwd: both });
  expect(JSON.parse(stdout).api_keys).toMatchObject([{ name: 'CI', status: 'active' }]);
  expect(existsSync(join(both, 'keystamp-data'))).toBe(true);
});
