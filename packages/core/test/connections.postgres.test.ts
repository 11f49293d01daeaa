import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execute } from '@keystamp/testing/databases/templates';
import { startTcpProxy } from '@keystamp/testing/network/tcp-proxy';
import { type PostgresServer, startPostgres } from '@keystamp/testing/postgres/server';
import { until } from '@keystamp/testing/until';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openDatabase } from '../src/database/open-database.js';

// A server of its own, because it is stopped and killed.
let server: PostgresServer;
beforeAll(async () => {
  server = await startPostgres();
});
afterAll(() => server.end());

const deaf = { onNotification: () => {}, onEnd: () => {} };

describe('a URL', () => {
  test('opens at most poolSize connections', async () => {
    const database = await openDatabase(server.url, { poolSize: 2 });
    const pids = Array.from({ length: 8 }, () => database.query(`select pg_backend_pid() as pid`));
    const distinct = new Set((await Promise.all(pids)).map(({ rows }) => rows[0]?.['pid']));
    expect(distinct.size).toBeLessThanOrEqual(2);
    await database.end();
  });

  test('over the Unix socket works too', async () => {
    const database = await openDatabase(server.urlOf('postgres', 'socket'));
    const { rows } = await database.query('select inet_client_addr() as address');
    expect(rows).toEqual([{ address: null }]);
    await database.end();
  });

  test('a session knows its number at the server', async () => {
    const database = await openDatabase(server.url);
    const session = await database.connect();
    const { rows } = await session.query('select pg_backend_pid() as pid');
    expect(session.backendPid).toBe(rows[0]?.['pid']);
    session.release();
    await database.end();
  });

  test('a refused statement keeps its connection, a broken one is replaced', async () => {
    const database = await openDatabase(server.url, { poolSize: 1 });
    const pid = async () =>
      (await database.query('select pg_backend_pid() as pid')).rows[0]?.['pid'];
    const before = await pid();
    await expect(database.query('nonsense')).rejects.toMatchObject({ code: '42601' });
    expect(await pid()).toBe(before);
    await expect(
      database.query('select pg_terminate_backend(pg_backend_pid())'),
    ).rejects.toMatchObject({ code: '57P01' });
    expect(await pid()).not.toBe(before);
    await database.end();
  });

  test('a statement is limited in time, a direct connection is not', async () => {
    const database = await openDatabase(server.url, { statementTimeoutMs: 100 });
    await expect(database.query('select pg_sleep(60)')).rejects.toMatchObject({ code: '57014' });
    const direct = await database.connectDirect();
    const { rows } = await direct.query('show statement_timeout');
    expect(rows).toEqual([{ statement_timeout: '0' }]);
    direct.release();
    await database.end();
  });

  test('a statement timeout in the URL goes before ours, but not for a direct connection', async () => {
    const database = await openDatabase(`${server.url}?options=-c%20statement_timeout%3D1234`);
    const { rows } = await database.query('show statement_timeout');
    expect(rows).toEqual([{ statement_timeout: '1234ms' }]);
    const direct = await database.connectDirect();
    const unlimited = await direct.query('show statement_timeout');
    expect(unlimited.rows).toEqual([{ statement_timeout: '0' }]);
    direct.release();
    await database.end();
  });

  test('parameters make a prepared statement, once for a text', async () => {
    const database = await openDatabase(server.url, { poolSize: 1 });
    for (const n of [1, 2, 3]) await database.query('select $1::int4 as prepared_once', [n]);
    await database.query('select 1 as not_prepared');
    const { rows } = await database.query(
      `select statement from pg_prepared_statements where statement like '%prepared%' order by 1`,
    );
    expect(rows).toEqual([{ statement: 'select $1::int4 as prepared_once' }]);
    await database.end();
  });
});

describe('behind a pooler (listenDatabase)', () => {
  test('no statement is prepared, and no session is set', async () => {
    const database = await openDatabase(server.url, { poolSize: 1, listenDatabase: server.url });
    expect(database.named).toBe(false);
    const session = await database.connect();
    expect(session.backendPid).toBeNull();
    await session.query('select $1::int4', [1]);
    const { rows } = await session.query(
      `select (select count(*) from pg_prepared_statements) as prepared,
                current_setting('statement_timeout') as limit`,
    );
    expect(rows).toEqual([{ prepared: '0', limit: '0' }]);
    session.release();
    await database.end();
  });

  test('the client gives up where the server does not', async () => {
    const database = await openDatabase(server.url, {
      statementTimeoutMs: 100,
      listenDatabase: server.url,
    });
    await expect(database.query('select pg_sleep(60)')).rejects.toThrow('timeout');
    await database.end();
  });

  test('notifications and direct connections go by the other URL', async () => {
    await server.exec('create database beside');
    const database = await openDatabase(server.url, { listenDatabase: server.urlOf('beside') });
    const listener = await database.listen('news', deaf);
    const direct = await database.connectDirect();
    const name = 'select current_database() as name';
    expect((await listener.query(name)).rows).toEqual([{ name: 'beside' }]);
    expect((await direct.query(name)).rows).toEqual([{ name: 'beside' }]);
    expect((await database.query(name)).rows).toEqual([{ name: 'postgres' }]);
    direct.release();
    await database.end();
  });

  test('a wrong URL is refused by its own name', async () => {
    const opening = openDatabase(server.url, { listenDatabase: 'http://host' });
    await expect(opening).rejects.toMatchObject({ field: 'listenDatabase' });
  });
});

describe('a pool that was handed in', () => {
  test('stays open, and keeps its own types', async () => {
    const pool = new pg.Pool({ connectionString: server.url, max: 1 });
    const database = await openDatabase(pool);
    const sql = `select '2026-02-28'::date as day, 5::int8 as n`;
    expect((await database.query(sql)).rows).toEqual([{ day: '2026-02-28', n: '5' }]);
    expect((await pool.query(sql)).rows[0].day).toBeInstanceOf(Date);
    await database.end();
    expect((await pool.query(sql)).rows).toHaveLength(1);
    expect(pool.listenerCount('error')).toBe(0);
    await pool.end();
  });

  test("the service's own parsers do not reach ours", async () => {
    const before = pg.types.getTypeParser(20);
    pg.types.setTypeParser(20, Number);
    try {
      const pool = new pg.Pool({ connectionString: server.url });
      const database = await openDatabase(pool);
      expect((await database.query('select 5::int8 as n', [])).rows).toEqual([{ n: '5' }]);
      await pool.end();
    } finally {
      pg.types.setTypeParser(20, before);
    }
  });

  test('of one connection is enough to listen beside', async () => {
    const pool = new pg.Pool({ connectionString: server.url, max: 1 });
    const database = await openDatabase(pool);
    const heard: string[] = [];
    const listener = await database.listen('news', {
      ...deaf,
      onNotification: (_, payload) => heard.push(payload),
    });
    await database.query(`select pg_notify('news', 'heard')`);
    await until(() => heard.length > 0);
    expect(heard).toEqual(['heard']);
    await listener.end();
    await pool.end();
  });

  test('with a password (which a pool hides) can be connected to beside', async () => {
    await server.exec(`create role ada login password 'sesame'`);
    const rules = join(server.dataDir, 'pg_hba.conf');
    const before = readFileSync(rules, 'utf8');
    writeFileSync(rules, `host all ada 127.0.0.1/32 scram-sha-256\n${before}`);
    await server.exec('select pg_reload_conf()');
    const url = `postgres://ada:wrong@127.0.0.1:${server.port}/postgres`;
    await until(async () => {
      const answer = await execute(url, 'select 1').catch((thrown) => thrown.code);
      return answer === '28P01';
    });
    const { port } = server;
    const pool = new pg.Pool({
      host: '127.0.0.1',
      port,
      user: 'ada',
      password: 'sesame',
      database: 'postgres',
    });
    const database = await openDatabase(pool);
    const direct = await database.connectDirect();
    expect((await direct.query('select current_user as name')).rows).toEqual([{ name: 'ada' }]);
    direct.release();
    await database.end();
    await pool.end();
  });
});

describe('an outage', () => {
  test('ends nothing but the connections: each listener hears of it once, and all works again', async () => {
    const pool = new pg.Pool({ connectionString: server.url });
    const ends: Error[] = [];
    const opened = [await openDatabase(server.url), await openDatabase(pool)];
    for (const database of opened) {
      await database.listen('news', { ...deaf, onEnd: (error) => ends.push(error) });
      await Promise.all([database.query('select 1'), database.query('select 2')]);
    }
    const held = await Promise.all(opened.map((database) => database.connect()));
    await server.stop('immediate');
    for (const session of held) {
      const error = await session.query('select 1').catch((thrown) => thrown);
      expect(error).toBeInstanceOf(Error);
      session.release(error);
    }
    for (const database of opened) await expect(database.query('select 1')).rejects.toThrow();
    await until(() => ends.length === 2, { what: 'both listeners to hear of it' });
    await server.start();
    for (const database of opened) {
      await until(() => database.query('select 1').catch(() => null));
      await database.end();
    }
    expect(ends).toHaveLength(2);
    await pool.end();
  });

  test('kill -9 of the server is one like any other', async () => {
    const database = await openDatabase(server.url);
    await database.query('select 1');
    await server.kill9();
    // A process of the killed server may answer until it notices.
    const fails = () =>
      database.query('select 1').then(
        () => false,
        () => true,
      );
    await until(fails);
    await server.start();
    await until(() => database.query('select 1').catch(() => null));
    await database.end();
  });

  test('a network that swallows everything fails a query and does not hold up the end', async () => {
    const proxy = await startTcpProxy({ port: server.port });
    const url = `postgres://postgres@127.0.0.1:${proxy.port}/postgres`;
    const database = await openDatabase(url, { statementTimeoutMs: 100, poolSize: 4 });
    const held = await database.connect();
    await database.listen('news', deaf);
    await database.query('select 1');
    proxy.blackhole(true);
    await expect(held.query('select 1')).rejects.toThrow('timeout');
    held.release(new Error('no answer'));
    await database.end();
    await proxy.close();
  });

  test('an end that nobody asked for is told, one that was asked for is not', async () => {
    const database = await openDatabase(server.url);
    const ends: string[] = [];
    const cut = await database.listen('news', { ...deaf, onEnd: () => ends.push('cut') });
    const ended = await database.listen('news', { ...deaf, onEnd: () => ends.push('ended') });
    await database.listen('news', { ...deaf, onEnd: () => ends.push('left to the database') });
    const { rows } = await cut.query('select pg_backend_pid() as pid');
    await ended.end();
    await database.query('select pg_terminate_backend($1)', [rows[0]?.['pid']]);
    await until(() => ends.length > 0);
    await database.end();
    expect(ends).toEqual(['cut']);
  });

  test('a server that is away shows at the first query, not at the opening', async () => {
    const proxy = await startTcpProxy({ port: server.port });
    await proxy.close();
    const database = await openDatabase(`postgres://postgres@127.0.0.1:${proxy.port}/postgres`);
    await expect(database.query('select 1')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    await expect(database.listen('news', deaf)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    await expect(database.connectDirect()).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    await database.end();
  });
});
