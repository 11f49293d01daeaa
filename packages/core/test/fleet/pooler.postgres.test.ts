import {
  findPgBouncer,
  type PgBouncer,
  startPgBouncer,
} from '@keystamp/testing/postgres/pgbouncer';
import { type PostgresServer, startPostgres } from '@keystamp/testing/postgres/server';
import { until } from '@keystamp/testing/until';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { migrateUp, openDatabase } from '../../src/database/index.js';
import { migrations } from '../../src/database/migrate/migrations.js';
import { createKeystamp, type Keystamp } from '../../src/index.js';

/** Debian's package; the continuous integration installs it. */
describe.runIf(findPgBouncer() !== null)('through PgBouncer in transaction mode', () => {
  let server: PostgresServer;
  let pooler: PgBouncer;
  let pooled: string;
  beforeAll(async () => {
    server = await startPostgres();
    pooler = await startPgBouncer(server.url);
    pooled = pooler.urlOf('postgres');
    const first = await createKeystamp({ database: server.url });
    await first.createApiKey({ userId: 'ada', name: 'The first' });
    await first.close();
  });
  afterAll(async () => {
    await pooler.end();
    await server.end();
  });

  async function revokeByHand(id: string): Promise<void> {
    await server.exec(`update keystamp.api_keys set revoked_at = now() where id = '${id}'`);
  }

  async function issueAndUse(keystamp: Keystamp, count: number) {
    const issued = [];
    for (let i = 0; i < count; i++) {
      issued.push(await keystamp.createApiKey({ userId: 'ada', name: `Key ${i}` }));
    }
    const all = issued.map(({ apiKey }) => keystamp.validateUserApiKey(apiKey));
    expect((await Promise.all(all)).every(({ valid }) => valid)).toBe(true);
    await keystamp.flush();
    return issued;
  }

  it('migrations take turns through the pooler alone, and leave no lock behind', async () => {
    await server.exec('create database empty');
    const url = pooler.urlOf('empty');
    const databases = await Promise.all(Array.from({ length: 5 }, () => openDatabase(url)));
    const applied = await Promise.all(databases.map((database) => migrateUp(database)));
    expect(applied.flat().sort()).toEqual(migrations.map(({ name }) => name));
    const held = `select from pg_locks where locktype = 'advisory'`;
    expect((await databases[0]?.query(held))?.rows).toEqual([]);
    await Promise.all(databases.map((database) => database.end()));
  });

  it('K3 hears of changes on the direct connection', async () => {
    const options = { database: pooled, listenDatabase: server.url };
    const [one, other] = [await createKeystamp(options), await createKeystamp(options)];
    const issued = await issueAndUse(one, 5);
    const [revoked] = issued;
    if (revoked === undefined) throw new Error('There are five.');
    expect((await other.validateUserApiKey(revoked.apiKey)).valid).toBe(true);
    await one.revokeApiKey(revoked.key.id);
    await until(async () => !(await other.validateUserApiKey(revoked.apiKey)).valid);
    expect(other.health().listening).toBe(true);
    for (const { key } of issued) {
      expect((await one.getApiKey(key.id))?.lastUsedAt).toBeInstanceOf(Date);
    }
    await Promise.all([one.close(), other.close()]);
  });

  it('K3 does not take a connection of the pooler for one that hears', async () => {
    const reasons: unknown[] = [];
    const warn = (fields: object) => {
      reasons.push((fields as { reason?: unknown }).reason);
    };
    const logger = { debug() {}, info() {}, warn, error: warn };
    // Named statements are off, as behind any pooler; but notifications go through it too.
    const options = { listenDatabase: pooled };
    const keystamp = await createKeystamp({
      database: await openDatabase(pooled, options),
      migrate: false,
      logger,
    });
    expect(keystamp.health().listening).toBe(false);
    expect(reasons).toContainEqual(expect.stringContaining('A pooler is in between'));
    const [issued] = await issueAndUse(keystamp, 1);
    if (issued === undefined) throw new Error('There is one.');
    await revokeByHand(issued.key.id);
    expect((await keystamp.validateUserApiKey(issued.apiKey)).valid).toBe(false);
    await keystamp.close();
    await keystamp.database.end();
  });

  it('leaves nothing of a session behind for the next client', async () => {
    const keystamp = await createKeystamp({ database: pooled, listenDatabase: server.url });
    await issueAndUse(keystamp, 1);
    await keystamp.close();
    const client = new pg.Client({ connectionString: pooled });
    await client.connect();
    const { rows } = await client.query(
      `select (select count(*)::int from pg_prepared_statements) as statements,
         current_setting('statement_timeout') as timeout`,
    );
    await client.end();
    expect(rows).toEqual([{ statements: 0, timeout: '0' }]);
  });
});
