import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { createTestDatabase, type TestDatabase } from '@keystamp/testing/databases/test-database';
import { type IdentityProvider, startIdentityProvider } from '@keystamp/testing/identity-provider';
import { freePort } from '@keystamp/testing/network/free-port';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { throughProvider } from './support/browser.js';
import { type ServerProcess, startServerProcess } from './support/server-process.js';
import { PASSWORD } from './support/test-server.js';

const MAIN = fileURLToPath(new URL('../dist/cli/main.js', import.meta.url));
const SHIFT = new URL('./support/shift-clock.mjs', import.meta.url).href;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** More than anything here takes, and far less than the clocks differ. */
const NEAR_MS = 600_000;

/** The environment of a program on a host whose clock is `ms` ahead. */
function onHost(ms: number): Record<string, string> {
  return { NODE_OPTIONS: `--import=${SHIFT}`, TEST_CLOCK_SHIFT_MS: String(ms) };
}

let ground: TestDatabase;
beforeAll(async () => {
  ground = await createTestDatabase();
});
afterAll(() => ground.drop());

async function databaseNow(): Promise<number> {
  const { rows } = await ground.database.query<{ now: Date }>('select clock_timestamp() as now');
  return rows[0]?.now.getTime() ?? Number.NaN;
}

async function runCli(ms: number, ...args: string[]): Promise<string> {
  const env = { ...onHost(ms), PATH: process.env['PATH'], DATABASE_URL: ground.url ?? '' };
  return (await promisify(execFile)(process.execPath, [MAIN, ...args], { env })).stdout;
}

describe.each([2 * HOUR_MS, -2 * HOUR_MS])('on a host %i ms ahead', { timeout: 240_000 }, (ms) => {
  let server: ServerProcess;
  let provider: IdentityProvider;
  beforeAll(async () => {
    const port = await freePort();
    const publicUrl = `http://localhost:${port}`;
    provider = await startIdentityProvider({ redirectOrigins: [publicUrl] });
    provider.person = { sub: 'a-1', email: 'ada@example.com', email_verified: true };
    server = await startServerProcess({
      ...onHost(ms),
      ...provider.env,
      DATABASE_URL: ground.url ?? '',
      KEYSTAMP_PORT: String(port),
      KEYSTAMP_PUBLIC_URL: publicUrl,
      KEYSTAMP_ADMIN_EMAIL: 'ada@example.com',
      KEYSTAMP_ADMIN_PASSWORD: PASSWORD,
    });
    await server.ready();
  });
  afterAll(async () => {
    await server.kill();
    await provider.stop();
  });

  it('the server answers with the time of the database, and says how far its own is off', async () => {
    const made = await runCli(
      0,
      'create',
      '--user',
      `reader${ms}`,
      '--name',
      'r',
      '--scope',
      'keystamp:read',
    );
    const headers = { 'x-api-key': made.trim() };
    const answer = await fetch(`${server.url}/api/api-keys`, { headers });
    const { as_of } = (await answer.json()) as { as_of: string };
    expect(Math.abs(Date.parse(as_of) - (await databaseNow()))).toBeLessThan(NEAR_MS);
    const metrics = await (await fetch(`${server.url}/metrics`)).text();
    const seconds = Number(/^keystamp_clock_offset_seconds (.+)$/m.exec(metrics)?.[1]);
    expect(Math.abs(seconds * 1000 - ms)).toBeLessThan(NEAR_MS);
    expect(
      server.stderr().match(/"clockOffsetSeconds":-?7\d{3},"msg":"The clock of this host is/g),
    ).toHaveLength(1);
  });

  it('a command counts relative times and durations from the time of the database', async () => {
    const args = ['--user', `cli${ms}`, '--name', 'x', '--expires', '1d', '--json'];
    const { info } = JSON.parse(await runCli(ms, 'create', ...args));
    const leftMs = Date.parse(info.expires_at) - (await databaseNow());
    expect(Math.abs(leftMs - DAY_MS)).toBeLessThan(NEAR_MS);
    await ground.database.query(
      `update keystamp.api_keys set last_used_at = clock_timestamp() - interval '110 minutes' where id = $1`,
      [info.id],
    );
    expect(await runCli(ms, 'list', '--user', `cli${ms}`)).toContain('  1 hour ago  ');
    expect(await runCli(ms, 'revoke', info.id)).toContain('(last used 1 hour ago)');
  });

  it('sign-in by a provider holds its tokens against the time of the database', async () => {
    expect(await signInByProvider(server)).toBe(`http://localhost:${server.port}/`);
  });
});

/** The browser's way to the provider and back; where Keystamp leads in the end. */
async function signInByProvider({ url }: ServerProcess): Promise<string> {
  const open = (address: string | URL, cookie = '') =>
    fetch(address, { redirect: 'manual', headers: { cookie } });
  const begun = await open(`${url}/api/auth/oidc/start`);
  const back = await throughProvider(begun.headers.get('location') ?? '');
  const cookies = begun.headers.getSetCookie().map((line) => line.split(';')[0]);
  const ended = await open(back, cookies.join('; '));
  return ended.headers.get('location') ?? '';
}
