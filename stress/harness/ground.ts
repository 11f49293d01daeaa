import { insertKeys, type ManyKey } from '@keystamp/testing/databases/many-keys';
import { type PostgresServer, startPostgres } from '@keystamp/testing/postgres/server';
import { type Database, migrateUp, openDatabase } from 'keystamp/database';

/** A PostgreSQL of the program's own, migrated, with keys. */
export interface Ground {
  readonly server: PostgresServer;
  readonly database: Database;
  readonly keys: readonly ManyKey[];
  one<R>(text: string): Promise<R>;
  end(): Promise<void>;
}

export async function prepare(
  keyCount: number,
  options: Record<string, string | number | boolean> = {},
): Promise<Ground> {
  const server = await startPostgres({ options });
  const database = await openDatabase(server.url);
  await migrateUp(database);
  const keys: ManyKey[] = [];
  while (keys.length < keyCount) {
    keys.push(...(await insertKeys(database, Math.min(20_000, keyCount - keys.length))));
  }
  await database.query('analyze keystamp.api_keys');
  return {
    server,
    database,
    keys,
    one: async <R>(text: string) => (await database.query<R>(text)).rows[0] as R,
    end: async () => {
      await database.end();
      await server.end();
    },
  };
}
