import { createTestDatabase, type TestDatabase } from '@keystamp/testing/databases/test-database';
import { until } from '@keystamp/testing/until';
import type { Database } from '../../src/database/database.js';
import {
  createKeystamp,
  type IssuedApiKey,
  type Keystamp,
  type SweepOutcome,
  type SweepPolicy,
  type SweptApiKey,
} from '../../src/index.js';

export interface Ages {
  createdDays?: number;
  usedDays?: number | null;
  disabledDays?: number | null;
  revoked?: boolean;
  userId?: string;
  keepUntil?: string;
}

/** An instance whose sweeps can be interrupted. */
export class SweepGround {
  readonly #ground: TestDatabase;
  readonly keystamp: Keystamp;
  /** Happens once, between the look of a sweep at its keys and the statement that stops them. */
  meanwhile: (() => Promise<unknown>) | null = null;

  static async create(): Promise<SweepGround> {
    const ground = await createTestDatabase();
    const made: { self: SweepGround | null } = { self: null };
    const database = interrupted(await ground.open(), async () => {
      const interruption = made.self?.meanwhile;
      if (made.self !== null) made.self.meanwhile = null;
      await interruption?.();
    });
    // A window that outlasts the tests: a second use of a key is in memory alone.
    const timing = { precisionMs: 25_000, flushIntervalMs: 10_000 };
    made.self = new SweepGround(ground, await createKeystamp({ database, ...timing }));
    return made.self;
  }

  private constructor(ground: TestDatabase, keystamp: Keystamp) {
    this.#ground = ground;
    this.keystamp = keystamp;
  }

  get database(): Database {
    return this.#ground.database;
  }

  run(text: string, params: unknown[] = []) {
    return this.database.query(text, params);
  }

  /** No key, no event, active users, and a record of 500 days. */
  async clear(): Promise<void> {
    await this.run('delete from keystamp.api_keys');
    await this.run('delete from keystamp.key_events');
    await this.run('update keystamp.users set is_active = true');
    await this.tracking('500 days');
  }

  async tracking(age: string, restored: string | null = null): Promise<void> {
    await this.run(
      `update keystamp.tracking set since = clock_timestamp() - $1::interval,
         restored_at = clock_timestamp() - $2::interval`,
      [age, restored],
    );
  }

  /** A key of some age, by default made 400 days ago. Null: never used, or not disabled. */
  async keyOf(ages: Ages = {}): Promise<IssuedApiKey> {
    const { createdDays = 400, usedDays = null, disabledDays = null, revoked = false } = ages;
    const { userId = 'ada', keepUntil } = ages;
    const metadata = keepUntil === undefined ? {} : { 'keep-until': keepUntil };
    const issued = await this.keystamp.createApiKey({ userId, name: 'A key', metadata });
    await this.run(
      `update keystamp.api_keys set created_at = clock_timestamp() - $2::float8 * interval '24 hours',
         last_used_at = clock_timestamp() - $3::float8 * interval '24 hours',
         disabled_at = clock_timestamp() - $4::float8 * interval '24 hours',
         revoked_at = case when $5::boolean then clock_timestamp() end
       where id = $1`,
      [issued.key.id, createdDays, usedDays, disabledDays, revoked],
    );
    return issued;
  }

  /** A stale key whose next use is not stored before the window of its last one is over. */
  async keyOfLateStamp(): Promise<IssuedApiKey> {
    const issued = await this.keyOf();
    const { id } = issued.key;
    await this.useOf(issued);
    void this.keystamp.flush();
    await until(async () => (await this.keystamp.getApiKey(id))?.lastUsedAt);
    await this.run('update keystamp.api_keys set last_used_at = null where id = $1', [id]);
    return issued;
  }

  useOf({ apiKey }: IssuedApiKey) {
    return this.keystamp.validateUserApiKey(apiKey);
  }

  /** What came of the key in a sweep; null: it was not stale. */
  async outcomeOf({ key }: IssuedApiKey, policy: SweepPolicy): Promise<SweepOutcome | null> {
    const swept: SweptApiKey[] = [];
    await this.keystamp.sweep({ ...policy, onKeys: (keys) => void swept.push(...keys) });
    return swept.find((one) => one.key.id === key.id)?.outcome ?? null;
  }

  async statusOf({ key }: IssuedApiKey) {
    return (await this.keystamp.getApiKey(key.id))?.status ?? null;
  }

  async close(): Promise<void> {
    await this.keystamp.close();
    await this.#ground.drop();
  }
}

/** The same database, on which something happens after each look of a sweep. */
function interrupted(database: Database, afterLook: () => Promise<void>): Database {
  const query: Database['query'] = async (text, params) => {
    const answer = await database.query(text, params);
    if (text.includes(' as is_kept')) await afterLook();
    return answer as never;
  };
  return new Proxy(database, {
    get: (target, name) => {
      if (name === 'query') return query;
      const value = Reflect.get(target, name);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}
