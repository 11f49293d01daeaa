import pg from 'pg';
import type { TransactionClient } from '../../src/index.js';
import type { TestKeystamp } from './keystamp.js';

/** A transaction of a service's own on the database of an instance. */
export interface OwnTransaction {
  readonly client: TransactionClient;
  query(text: string, params?: unknown[]): Promise<{ rows: Record<string, unknown>[] }>;
  commit(): Promise<void>;
  rollback(): Promise<void>;
}

/** Begins one: of a client of `pg`, or on the embedded database in a session of it, which has the database for itself. */
export async function beginOwn(
  { ground, keystamp }: Pick<TestKeystamp, 'ground' | 'keystamp'>,
  begin = 'begin',
): Promise<OwnTransaction> {
  if (ground.url === null) {
    const session = await keystamp.database.connect();
    await session.query(begin);
    const end = async (how: string) => {
      await session.query(how);
      session.release();
    };
    return {
      client: session,
      query: (text, params) => session.query(text, params),
      commit: () => end('commit'),
      rollback: () => end('rollback'),
    };
  }
  const client = new pg.Client({ connectionString: ground.url });
  await client.connect();
  await client.query(begin);
  const end = async (how: string) => {
    await client.query(how);
    await client.end();
  };
  return {
    client,
    query: (text, params) => client.query(text, params),
    commit: () => end('commit'),
    rollback: () => end('rollback'),
  };
}
