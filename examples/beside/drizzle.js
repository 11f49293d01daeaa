// Drizzle on the same database and the same pool. A tenant and its first key are made in one transaction.
import { asc } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/node-postgres';
import { createKeystamp } from 'keystamp';
import pg from 'pg';
import { tenants } from './drizzle-schema.js';

export async function openTenants(connectionString) {
  const pool = new pg.Pool({ connectionString });
  const keystamp = await createKeystamp({ database: pool });
  const db = drizzle(pool);
  return {
    keystamp,
    db,
    async add(id) {
      const client = await pool.connect();
      try {
        await client.query('begin');
        await drizzle(client).insert(tenants).values({ id });
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
    list: () => db.select().from(tenants).orderBy(asc(tenants.id)),
    async close() {
      await keystamp.close();
      await pool.end();
    },
  };
}
