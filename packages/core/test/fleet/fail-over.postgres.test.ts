import { startTcpProxy, type TcpProxy } from '@keystamp/testing/network/tcp-proxy';
import { type PostgresServer, startPostgres } from '@keystamp/testing/postgres/server';
import {
  caughtUp,
  primaryOptions,
  promote,
  startStandby,
} from '@keystamp/testing/postgres/standby';
import { until } from '@keystamp/testing/until';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createKeystamp, type IssuedApiKey, type Keystamp } from '../../src/index.js';

let primary: PostgresServer;
let standby: PostgresServer;
/** The address that does not change. */
let proxy: TcpProxy;
let keystamp: Keystamp;
const warnings: string[] = [];

beforeAll(async () => {
  primary = await startPostgres({ options: primaryOptions });
  proxy = await startTcpProxy({ port: primary.port });
  const warn = (_fields: object, message: string) => {
    warnings.push(message);
  };
  keystamp = await createKeystamp({
    database: `postgres://postgres@127.0.0.1:${proxy.port}/postgres`,
    precisionMs: 200,
    flushIntervalMs: 50,
    logger: { debug() {}, info() {}, warn, error: warn },
  });
  standby = await startStandby(primary);
});
afterAll(async () => {
  await keystamp.close();
  await Promise.all([primary.end(), standby.end()]);
  await proxy.close();
});

const issue = () => keystamp.createApiKey({ userId: 'ada', name: 'A key' });
const outcomeOf = async ({ apiKey }: IssuedApiKey) => {
  try {
    const validation = await keystamp.validateUserApiKey(apiKey);
    return validation.valid ? 'valid' : validation.reason;
  } catch (error) {
    return (error as { code: string }).code;
  }
};

async function storedAt(server: PostgresServer, { key }: IssuedApiKey): Promise<number> {
  const text = `select (extract(epoch from last_used_at) * 1000)::float8 as at
    from keystamp.api_keys where id = '${key.id}'`;
  return (await server.exec(text)).rows[0].at;
}

// One story: each step stands on the one before.
describe('a fail-over', () => {
  let used: IssuedApiKey;
  let revoked: IssuedApiKey;
  let lostUse: number;

  it('K3 an address that leads to a standby is told of, and no answer of it is believed', async () => {
    used = await issue();
    revoked = await issue();
    const unseen = await issue();
    for (const one of [used, revoked]) expect(await outcomeOf(one)).toBe('valid');
    await keystamp.flush();
    await caughtUp(primary, standby);
    await standby.exec('select pg_wal_replay_pause()');
    await primary.exec(
      `update keystamp.api_keys set revoked_at = now() where id in ('${revoked.key.id}', '${unseen.key.id}')`,
    );
    await until(async () => (await outcomeOf(revoked)) === 'revoked');
    proxy.leadTo(standby.port);
    // From the first moment on, when nothing but the answer itself says where it comes from.
    await until(async () => {
      expect(await outcomeOf(unseen)).toBe('database_unavailable');
      return warnings.some((line) => /is a standby/.test(line));
    });
    for (let i = 0; i < 50; i++) {
      expect(['revoked', 'database_unavailable']).toContain(await outcomeOf(revoked));
      expect(await outcomeOf(used)).toBe('valid');
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    await standby.exec('select pg_wal_replay_resume()');
  });

  it('back at the primary it is as it was', async () => {
    proxy.leadTo(primary.port);
    await until(() => keystamp.health().listening && keystamp.health().databaseReachable);
    expect(await outcomeOf(used)).toBe('valid');
    expect(await outcomeOf(revoked)).toBe('revoked');
    await keystamp.flush();
  });

  it('G4 a use that was stored but did not reach the standby is stored again', async () => {
    await caughtUp(primary, standby);
    // The primary's last writes never leave it.
    await standby.stop('fast');
    const reached = await storedAt(primary, used);
    // A use within 25 ms of the stored one counts as stored.
    lostUse = await until(async () => {
      expect(await outcomeOf(used)).toBe('valid');
      await keystamp.flush();
      const stored = await storedAt(primary, used);
      return stored > reached && stored;
    });
    await primary.kill9();
    await standby.start();
    expect(await storedAt(standby, used)).toBeLessThan(lostUse);
    await promote(standby);
    proxy.leadTo(standby.port);
    await until(async () => (await storedAt(standby, used)) >= lostUse - 50);
    expect(await storedAt(standby, used)).toBeLessThanOrEqual(lostUse + 50);
  });

  it('K4 refuses no key after it, and keeps what was revoked before', async () => {
    await until(() => keystamp.health().listening && keystamp.health().databaseReachable);
    expect(await outcomeOf(used)).toBe('valid');
    expect(await outcomeOf(revoked)).toBe('revoked');
    const made = await issue();
    expect(await outcomeOf(made)).toBe('valid');
    await standby.exec(
      `update keystamp.api_keys set revoked_at = now() where id = '${made.key.id}'`,
    );
    await until(async () => (await outcomeOf(made)) === 'revoked', { timeoutMs: 10_000 });
  });
});
