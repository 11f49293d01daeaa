import { cpus } from 'node:os';
import { type PostgresServer, startPostgres } from '@keystamp/testing/postgres/server';
import { type Database, migrateUp, openDatabase } from '../../packages/core/src/database/index.js';
import { insertKeys, type ManyKey } from '../../packages/core/test/last-used/many-keys.js';

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

/** What ran, on what. */
export function introduce(what: string): void {
  const [cpu] = cpus();
  const program = process.argv[1]?.replace(/^.*\/bench\//, 'bench/');
  console.log(`# ${what}`);
  console.log(`$ npx tsx ${[program, ...process.argv.slice(2)].join(' ')}`);
  console.log(
    `${cpus().length} cores (${cpu?.model.trim()}), Node ${process.versions.node}, ${new Date().toISOString()}`,
  );
}

export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

export const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
