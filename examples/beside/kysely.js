// Kysely on the same database and the same pool. A tenant and its first key are made in one transaction.
import { createKeystamp } from 'keystamp';
import { Kysely, PostgresDialect, sql } from 'kysely';
import pg from 'pg';

export async function openTenants(connectionString) {
  const pool = new pg.Pool({ connectionString });
  const keystamp = await createKeystamp({ database: pool });
  const db = new Kysely({ dialect: new PostgresDialect({ pool }) });
  await db.schema
    .createTable('tenants')
    .ifNotExists()
    .addColumn('id', 'text', (column) => column.primaryKey())
    .execute();
  return {
    keystamp,
    db,
    async add(id) {
      const client = await pool.connect();
      // Kysely over the one connection of the transaction.
      const one = {
        connect: async () => ({ query: (...given) => client.query(...given), release() {} }),
      };
      const inside = new Kysely({ dialect: new PostgresDialect({ pool: one }) });
      try {
        await client.query('begin');
        await inside.insertInto('tenants').values({ id }).execute();
        const { apiKey } = await keystamp.createApiKey({ userId: id, name: 'First key', client });
        await client.query('commit');
        return apiKey;
      } catch (error) {
        await client.query('rollback');
        throw error;
      } finally {
        client.release();
      }
    },
    list: () => sql`select id from tenants order by id`.execute(db).then(({ rows }) => rows),
    async close() {
      await keystamp.close();
      await db.destroy();
    },
  };
}
