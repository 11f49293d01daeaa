import { createTestDatabase, type TestDatabase } from '@keystamp/testing/databases/test-database';
import {
  createKeystamp,
  type IssuedApiKey,
  type Keystamp,
  type KeystampOptions,
} from '../../src/index.js';

export interface TestKeystamp {
  readonly keystamp: Keystamp;
  readonly ground: TestDatabase;
  /** A key of a user of its own, unless told otherwise. */
  issue(input?: Partial<Parameters<Keystamp['createApiKey']>[0]>): Promise<IssuedApiKey>;
  /** The stored value of a key's column, as the database tells it. */
  stored(id: string, column?: string): Promise<unknown>;
  close(): Promise<void>;
}

/** An instance over a database of its own, with the shortest window. */
export async function createTestKeystamp(options: KeystampOptions = {}): Promise<TestKeystamp> {
  const ground = await createTestDatabase();
  const keystamp = await createKeystamp({
    database: await ground.open(),
    precisionMs: 200,
    flushIntervalMs: 50,
    ...options,
  });
  return {
    keystamp,
    ground,
    issue: (input = {}) => keystamp.createApiKey({ userId: 'ada', name: 'A key', ...input }),
    stored: async (id, column = 'last_used_at') => {
      const text = `select ${column} as value from keystamp.api_keys where id = $1`;
      const { rows } = await ground.database.query<{ value: unknown }>(text, [id]);
      return rows[0]?.value;
    },
    close: async () => {
      await keystamp.close();
      await ground.drop();
    },
  };
}
