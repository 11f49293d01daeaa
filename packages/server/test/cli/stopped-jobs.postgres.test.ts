import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { startTcpProxy, type TcpProxy } from '@keystamp/testing/network/tcp-proxy';
import { type PostgresServer, startPostgres } from '@keystamp/testing/postgres/server';
import { until } from '@keystamp/testing/until';
import { createKeystamp, type Keystamp } from 'keystamp';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { keystamp as command } from '../support/cli.js';

const MAIN = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));

let postgres: PostgresServer;
let proxy: TcpProxy;
let keystamp: Keystamp;
let env: Record<string, string>;

beforeAll(async () => {
  postgres = await startPostgres();
  proxy = await startTcpProxy({ port: postgres.port });
  env = { DATABASE_URL: `postgres://postgres@127.0.0.1:${proxy.port}/postgres` };
  const { code } = await command(['migrate', 'up'], { env });
  expect(code).toBe(0);
  keystamp = await createKeystamp({ database: postgres.url });
});
afterAll(async () => {
  await keystamp.close();
  await proxy.close();
  await postgres.end();
});

async function count(where: string): Promise<number> {
  const { rows } = await postgres.exec(
    `select count(*)::int as count from keystamp.api_keys where ${where}`,
  );
  return rows[0].count;
}

/** How many transactions have written keys, and not ended. */
async function writers(): Promise<number> {
  const { rows } = await postgres.exec(
    `select count(*)::int as count from pg_locks
     where relation = 'keystamp.api_keys'::regclass and mode = 'RowExclusiveLock'`,
  );
  return rows[0].count;
}

it('an import that is killed leaves nothing, and is made again', async () => {
  const lines = Array.from({ length: 2_500 }, (_, i) => {
    const key_hash = createHash('sha256').update(`imported ${i}`).digest('hex');
    return `${JSON.stringify({ key_hash, user_id: 'ada', name: `Key ${i}` })}\n`;
  });
  const child = spawn(process.execPath, [MAIN, 'import', '-'], {
    env: { PATH: process.env['PATH'], ...env },
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.stdin.on('error', () => {});
  // The rest of a batch is on its way when it is killed.
  child.stdin.write(lines.slice(0, 1_700).join(''));
  await until(async () => (await writers()) > 0);
  child.kill('SIGKILL');
  await ended;
  await until(async () => (await writers()) === 0);
  expect(await count("user_id = 'ada'")).toBe(0);

  const stdin = lines.join('');
  const { code, out } = await command(['import', '-', '--json'], { env, stdin });
  expect([code, JSON.parse(out)]).toEqual([0, { imported: 2_500, exists: 0 }]);
  expect(await count("user_id = 'ada'")).toBe(2_500);
});

it('a bulk revocation whose database goes away says what is done, and is gone on with', async () => {
  const made = [];
  for (let i = 0; i < 300; i++) {
    made.push(await keystamp.createApiKey({ userId: 'bob', name: `Key ${i}` }));
  }
  const stdin = made.map(({ key }) => `${key.id}\n`).join('');
  const isRevoked = "user_id = 'bob' and revoked_at is not null";
  const running = command(['revoke', '-', '--json'], { env, stdin });
  await until(async () => (await count(isRevoked)) > 0);
  proxy.leadTo(1);
  const stopped = await running;
  const told: { api_keys: { id: string }[] } = JSON.parse(stopped.out);
  expect(stopped.code).toBe(1);
  expect(stopped.err).toMatch(/^keystamp: .*(out of reach|is unavailable)/m);
  const done = await count(isRevoked);
  expect(done).toBeLessThan(300);
  // The answer of the last one may be lost.
  expect([done, done - 1]).toContain(told.api_keys.length);

  proxy.leadTo(postgres.port);
  const again = await command(['revoke', '-', '--json'], { env, stdin });
  expect([again.code, JSON.parse(again.out).api_keys.length]).toEqual([0, 300]);
  expect(await count(isRevoked)).toBe(300);
});
