import { appendFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startTcpProxy } from '@keystamp/testing/network/tcp-proxy';
import { type PostgresServer, startPostgres } from '@keystamp/testing/postgres/server';
import {
  caughtUp,
  primaryOptions,
  promote,
  startStandby,
} from '@keystamp/testing/postgres/standby';
import { until } from '@keystamp/testing/until';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { migrateUp, migrationStatus, openDatabase } from '../../src/database/index.js';
import { createKeystamp, type IssuedApiKey, type Keystamp } from '../../src/index.js';

/** All on loopback, as one URL. */
function urlOf(ports: readonly number[], parameters = '', user = 'postgres'): string {
  const places = ports.map((port) => `127.0.0.1:${port}`).join(',');
  return `postgres://${user}@${places}/postgres${parameters}`;
}

/** The port of the server that new connections lead to. */
async function portOf(url: string): Promise<number> {
  const database = await openDatabase(url);
  try {
    const { rows } = await database.query<{ port: string }>(
      `select pg_catalog.current_setting('port') as port`,
    );
    return Number(rows[0]?.port);
  } finally {
    await database.end();
  }
}

// One story: each step stands on the one before.
describe('a fail-over with both servers in the URL', () => {
  let first: PostgresServer;
  let second: PostgresServer;
  let keystamp: Keystamp;
  let used: IssuedApiKey;
  let unused: IssuedApiKey;
  /** The standby stands first: it is tried first, and not taken. */
  const url = (parameters = '?target_session_attrs=read-write') =>
    urlOf([second.port, first.port], parameters);

  beforeAll(async () => {
    first = await startPostgres({ options: primaryOptions });
    await migrateUp(await openDatabase(first.url));
    second = await startStandby(first);
    keystamp = await createKeystamp({ database: url(), precisionMs: 200, flushIntervalMs: 50 });
  });
  afterAll(async () => {
    await keystamp.close();
    await Promise.all([first.end(), second.end()]);
  });

  const issue = () => keystamp.createApiKey({ userId: 'ada', name: 'A key' });
  const isValid = async ({ apiKey }: IssuedApiKey) =>
    (await keystamp.validateUserApiKey(apiKey)).valid;
  const lastUseAt = async (
    server: PostgresServer,
    { key }: IssuedApiKey,
  ): Promise<number | null> => {
    const text = `select (extract(epoch from last_used_at) * 1000)::float8 as at
      from keystamp.api_keys where id = '${key.id}'`;
    return (await server.exec(text)).rows[0]?.at ?? null;
  };
  const isBack = () => keystamp.health().listening && keystamp.health().databaseReachable;
  const portsOfInstance = async (server: PostgresServer) =>
    (
      await server.exec(
        `select count(*)::int as count from pg_stat_activity where application_name = 'keystamp'`,
      )
    ).rows[0].count;

  it('the primary is found behind the standby: pool, listener, migrations', async () => {
    expect(keystamp.health().listening).toBe(true);
    expect(await keystamp.database.identify()).toMatchObject({ port: first.port });
    used = await issue();
    unused = await issue();
    expect(await isValid(used)).toBe(true);
    expect(await isValid(unused)).toBe(true);
    await keystamp.flush();
    expect(await lastUseAt(first, used)).not.toBeNull();
    const states = await migrationStatus(keystamp.database);
    expect(states.every(({ appliedAt }) => appliedAt !== null)).toBe(true);
    expect(await portsOfInstance(second)).toBe(0);
  });

  it.each(['primary', 'read-write'])(
    'target_session_attrs=%s leads to the primary',
    async (attrs) => {
      expect(await portOf(url(`?target_session_attrs=${attrs}`))).toBe(first.port);
    },
  );

  it('several hosts without the parameter mean the one that takes writes; "any" the first', async () => {
    expect(await portOf(url(''))).toBe(first.port);
    expect(await portOf(url('?target_session_attrs=any'))).toBe(second.port);
  });

  it('a server that is switched to read-only is "primary", and not "read-write"', async () => {
    const isReadOnly = async () =>
      (await first.exec('show default_transaction_read_only')).rows[0]
        .default_transaction_read_only;
    await first.exec('alter system set default_transaction_read_only = on');
    await first.exec('select pg_reload_conf()');
    await until(async () => (await isReadOnly()) === 'on');
    expect(await portOf(url('?target_session_attrs=primary'))).toBe(first.port);
    const failure = await portOf(url()).catch((error: Error) => error.message);
    expect(failure).toContain(`127.0.0.1:${second.port}: The server is in recovery`);
    expect(failure).toContain(`127.0.0.1:${first.port}: The server is read-only`);
    // What is set there cannot be taken back by a statement.
    writeFileSync(join(first.dataDir, 'postgresql.auto.conf'), '');
    await first.exec('select pg_reload_conf()');
    await until(async () => (await isReadOnly()) === 'off');
    await until(isBack);
  });

  it('K4 G4 the new primary is found, and a use of the time between is written there', async () => {
    await keystamp.flush();
    await caughtUp(first, second);
    const before = await lastUseAt(first, used);
    // A clean stop: the standby has everything.
    await first.stop('fast');
    expect(await isValid(used)).toBe(true);
    const usedAt = keystamp.now().getTime();
    await promote(second);
    await until(isBack);
    await until(async () => ((await lastUseAt(second, used)) ?? 0) > (before ?? 0));
    expect(Math.abs(((await lastUseAt(second, used)) as number) - usedAt)).toBeLessThan(1_000);
    expect(await keystamp.database.identify()).toMatchObject({ port: second.port });
  });

  it('K1 after it keys are made, validated, flushed, and a revocation by hand is heard', async () => {
    const made = await issue();
    expect(await isValid(made)).toBe(true);
    expect(await isValid(unused)).toBe(true);
    await keystamp.flush();
    expect(await lastUseAt(second, made)).not.toBeNull();
    const { key } = made;
    await second.exec(`update keystamp.api_keys set revoked_at = now() where id = '${key.id}'`);
    await until(async () => !(await isValid(made)));
  });

  it('the old primary, back as a standby, is left alone', async () => {
    writeFileSync(join(first.dataDir, 'standby.signal'), '');
    const follow = `primary_conninfo = 'host=127.0.0.1 port=${second.port} user=postgres'\n`;
    appendFileSync(join(first.dataDir, 'postgresql.auto.conf'), follow);
    await first.start();
    await until(async () => (await first.exec('select pg_is_in_recovery() as is')).rows[0].is);
    await second.exec(
      `select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'keystamp'`,
    );
    // A connection that was cut shows at its next use.
    const made = await until(() => issue().catch(() => null));
    await until(isBack);
    expect(await isValid(made)).toBe(true);
    await keystamp.flush();
    await caughtUp(second, first);
    expect(await lastUseAt(first, made)).toBe(await lastUseAt(second, made));
    expect(await portsOfInstance(first)).toBe(0);
    expect(await portOf(urlOf([first.port, second.port]))).toBe(second.port);
  });

  it('K4 and back again: what is revoked stays so, and what is valid too', async () => {
    await keystamp.flush();
    await caughtUp(second, first);
    await second.stop('fast');
    await promote(first);
    await until(isBack);
    expect(await isValid(used)).toBe(true);
    expect(await keystamp.database.identify()).toMatchObject({ port: first.port });
    const revoked = await issue();
    await keystamp.revokeApiKey(revoked.key.id);
    expect(await isValid(revoked)).toBe(false);
  });
});

describe('several hosts without a standby', () => {
  let server: PostgresServer;
  beforeAll(async () => {
    server = await startPostgres();
  });
  afterAll(() => server.end());

  it('a host that refuses is passed over, also for a direct address of its own', async () => {
    const database = await openDatabase(urlOf([1, server.port]), {
      listenDatabase: urlOf([1, server.port]),
    });
    const session = await database.connectDirect();
    expect((await session.query('select 1 as one')).rows).toEqual([{ one: 1 }]);
    session.release();
    expect((await database.query('select 1 as one')).rows).toEqual([{ one: 1 }]);
    await database.end();
  });

  it('a host that does not answer is passed over after its connect_timeout', async () => {
    const silent = await startTcpProxy({ port: server.port });
    silent.blackhole(true);
    const database = await openDatabase(urlOf([silent.port, server.port], '?connect_timeout=1'));
    expect((await database.query('select 1 as one')).rows).toEqual([{ one: 1 }]);
    await database.end();
    await silent.close();
  });

  it('none that answers: one error that names each and what is wrong with it', async () => {
    const database = await openDatabase(urlOf([1, 2], '', 'ada:sesame'));
    const error = await database.query('select 1').catch((thrown) => thrown);
    expect(error).toMatchObject({ code: 'ECONNREFUSED' });
    expect(error.message).toContain('Not one of 2 servers can be used. 127.0.0.1:1: connect');
    expect(error.message).toContain('127.0.0.1:2: connect ECONNREFUSED');
    expect(error.message).not.toContain('sesame');
    await database.end();
  });

  it('none that lets the user in is no outage: the code is that of the refusal', async () => {
    const database = await openDatabase(urlOf([server.port, server.port], '', 'nobody'));
    await expect(database.query('select 1')).rejects.toMatchObject({ code: '28000' });
    await database.end();
  });

  it('connections to a server that was left do not come back', async () => {
    const ways = [await startTcpProxy(server), await startTcpProxy(server)] as const;
    const ports = ways.map(({ port }) => port);
    const database = await openDatabase(urlOf(ports), { poolSize: 4 });
    const held = await database.connect();
    await Promise.all([database.query('select 1'), database.query('select 1')]);
    expect(await database.identify()).toMatchObject({ port: ports[0] });
    const listener = await database.listen('a_channel', { onNotification() {}, onEnd() {} });
    ways[0].blackhole(true);
    const failing = await database.connect();
    failing.release(new Error('No answer.'));
    expect((await database.query('select 1 as one')).rows).toEqual([{ one: 1 }]);
    expect(await database.identify()).toMatchObject({ port: ports[1] });
    held.release();
    for (let i = 0; i < 8; i++) await database.query('select 1');
    expect(await database.identify()).toMatchObject({ port: ports[1] });
    await listener.end();
    await database.end();
    await Promise.all(ways.map((way) => way.close()));
  });
});
