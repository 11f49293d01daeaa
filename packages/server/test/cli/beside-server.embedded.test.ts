import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { until } from '@keystamp/testing/until';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CliIo } from '../../src/cli/cli-io.js';
import { createProgram } from '../../src/cli/program.js';
import { isMissing } from '../gateways/proxy.js';
import { keystamp } from '../support/cli.js';
import { type ServerProcess, startServerProcess } from '../support/server-process.js';

const folder = mkdtempSync(join(tmpdir(), 'keystamp-beside-'));
const env = { KEYSTAMP_DATA_DIR: join(folder, 'data') };
const tried = new Set<string>();
let server: ServerProcess;

beforeAll(async () => {
  server = await startServerProcess(env);
  await server.ready();
}, 120_000);
afterAll(async () => {
  await server.kill();
  rmSync(folder, { recursive: true, force: true });
});

/** Runs a command beside the server, as it is documented: without a variable but the folder. */
async function run(args: string[], stdin = ''): Promise<string> {
  tried.add(args[0] === 'users' || args[0] === 'migrate' ? `${args[0]} ${args[1]}` : `${args[0]}`);
  const { code, out, err } = await keystamp(args, { env, stdin });
  expect(code, `${args.join(' ')}: ${err}`).toBe(0);
  expect(err).not.toMatch(/"level":"(warn|error)"/);
  return out;
}

async function statusOf(apiKey: string): Promise<number> {
  const answer = await fetch(`${server.url}/verify`, { headers: { 'X-API-Key': apiKey } });
  return answer.status;
}

/** The server hears of it: within a second, and a little for a busy machine to ask. */
async function answersSoon(apiKey: string, status: number): Promise<void> {
  await until(async () => (await statusOf(apiKey)) === status, {
    timeoutMs: 1_500,
    what: `the answer ${status}`,
  });
}

describe('beside the running server, on the embedded database', { timeout: 240_000 }, () => {
  it('K3 changes of keys are heard by the server at once', async () => {
    const apiKey = (await run(['create', '--user', 'ada', '--name', 'CI'])).trim();
    expect(await statusOf(apiKey)).toBe(204);
    const [{ id }] = JSON.parse(await run(['list', '--json'])).api_keys;
    await run(['disable', id]);
    await answersSoon(apiKey, 401);
    await run(['enable', id]);
    await answersSoon(apiKey, 204);
    await run(['edit', id, '--name', 'Nightly']);
    expect(await run(['show', id])).toContain('Nightly');
    expect(await run(['whose'], apiKey)).toContain('Nightly');
    const successor = (await run(['rotate', id, '--grace', '0'])).trim().split('\n').at(-1) ?? '';
    await answersSoon(apiKey, 401);
    expect(await statusOf(successor)).toBe(204);
    const next = JSON.parse(await run(['list', '--status', 'active', '--json'])).api_keys[0].id;
    await run(['revoke', next, '--yes']);
    await answersSoon(successor, 401);
    await run(['delete', next, '--yes']);
    expect(await run(['events'])).toContain('Nightly');
  });

  it('users, imports, sweeps and migrations work too', async () => {
    await run(['users', 'add', 'ben@example.com'], 'correct horse battery staple\n');
    expect(await run(['users', 'list'])).toContain('ben@example.com');
    await run(['users', 'deactivate', 'ben@example.com']);
    await run(['users', 'activate', 'ben@example.com']);
    await run(['users', 'reset-password', 'ben@example.com'], 'another battery staple horse\n');
    const line = { user_id: '7', name: 'Old', key_hash: 'ab'.repeat(32), key_prefix: 'old_' };
    await run(['import', '-'], `${JSON.stringify(line)}\n`);
    expect(await run(['export'])).toContain('"Nightly"');
    await run(['sweep', '--disable-unused', '90d', '--dry-run']);
    await run(['migrate', 'up']);
    expect(await run(['migrate', 'status'])).toContain('000001');
    await run(['restored', '--at', '2020-01-31T03:00:00Z']);
    await run(['restore']);
    await run(['backup', join(folder, 'backup')]);
    // The last migration is taken back and comes again under the running server.
    await run(['migrate', 'down']);
    await run(['migrate', 'up']);
    expect((await fetch(`${server.url}/readyz`)).status).toBe(200);
  });

  it('a move asks for the server to be stopped, before it looks at the other database', async () => {
    const args = ['move', '--to', 'postgres://keystamp@127.0.0.1:1/keystamp'];
    const { code, out, err } = await keystamp(args, { env });
    expect([code, out]).toEqual([1, '']);
    expect(err).toContain(env.KEYSTAMP_DATA_DIR);
    expect(err).toMatch(/stop/i);
    expect(await statusOf('ks_nobody')).toBe(401);
  });

  it('every other command was tried', () => {
    const { commands } = createProgram({} as CliIo);
    const names = commands.flatMap((command) =>
      command.commands.length === 0
        ? [command.name()]
        : command.commands.map((each) => `${command.name()} ${each.name()}`),
    );
    expect(names.filter((name) => !tried.has(name)).sort()).toEqual(['move', 'serve']);
  });

  it.skipIf(isMissing('psql'))('psql goes through the socket', async () => {
    const psql = async (sql: string) => {
      const args = ['-h', env.KEYSTAMP_DATA_DIR, '-X', '-At', '-v', 'ON_ERROR_STOP=1'];
      const child = promisify(execFile)('psql', args);
      child.child.stdin?.end(sql);
      return (await child).stdout;
    };
    const rows =
      'create temp table t (n int);\ncopy t from stdin;\n1\n2\n\\.\nselect sum(n) from t;\n';
    expect(await psql(rows)).toContain('\n3\n');
    const apiKey = (await run(['create', '--user', 'eve', '--name', 'Psql'])).trim();
    expect(await statusOf(apiKey)).toBe(204);
    const hash = `sha256('${apiKey}')`;
    await psql(`update keystamp.api_keys set revoked_at = now() where key_hash = ${hash};\n`);
    await answersSoon(apiKey, 401);
  });

  it('G8 SIGTERM while others are connected writes the last uses, and loses nothing that was acknowledged', async () => {
    const apiKey = (await run(['create', '--user', 'zoe', '--name', 'Last'])).trim();
    const creating = Array.from({ length: 20 }, (_, n) =>
      keystamp(['create', '--user', 'zoe', '--name', `n${n}`], { env }),
    );
    await Promise.race(creating);
    expect(await statusOf(apiKey)).toBe(204);
    server.child.kill('SIGTERM');
    expect(await server.ended()).toBe(0);
    const made = (await Promise.all(creating)).filter(({ code }) => code === 0);
    const { out } = await keystamp(['list', '--user', 'zoe', '--json'], { env });
    const listed = JSON.parse(out).api_keys as { name: string; last_used_at: string | null }[];
    expect(listed.filter(({ name }) => name !== 'Last').length).toBeGreaterThanOrEqual(made.length);
    expect(listed.find(({ name }) => name === 'Last')?.last_used_at).toMatch(/^\d{4}-/);
  });
});
