import { until } from '@keystamp/testing/until';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { openDatabase } from '../../src/database/index.js';
import { createKeystamp, type Keystamp, type Logger } from '../../src/index.js';
import { createTestKeystamp, type TestKeystamp } from '../support/keystamp.js';

let test: TestKeystamp;
const warnings: string[] = [];
const warn = (_fields: object, message: string) => void warnings.push(message);
const logger: Logger = { debug() {}, info() {}, warn, error: warn };

beforeAll(async () => {
  test = await createTestKeystamp();
});
afterEach(() => void warnings.splice(0));
afterAll(() => test.close());

/** An instance, every connection of which but those for validation is in use. */
async function busyInstance(
  poolSize: number,
): Promise<{ keystamp: Keystamp; end(): Promise<void> }> {
  const database = await openDatabase(test.ground.url as string, { poolSize });
  const keystamp = await createKeystamp({ database, logger });
  const held = await Promise.all(
    Array.from({ length: Math.max(1, poolSize - Math.min(4, Math.floor(poolSize / 2))) }, () =>
      database.connect(),
    ),
  );
  const end = async () => {
    for (const session of held) session.release();
    await keystamp.close();
    await database.end();
  };
  return { keystamp, end };
}

describe('K4: load is not an outage', () => {
  it.each([1, 2, 10])('a pool of %i whose connections are in use looks keys up', async (size) => {
    const { apiKey } = await test.issue();
    const { keystamp, end } = await busyInstance(size);
    expect(await keystamp.validateUserApiKey(apiKey)).toMatchObject({ valid: true });
    expect(await keystamp.validateUserApiKey(`${apiKey}x`)).toMatchObject({ valid: false });
    expect(keystamp.health().databaseReachable).toBe(true);
    await end();
  });

  describe('a pool that was handed in, all of it in use by the service', () => {
    let pool: pg.Pool;
    let keystamp: Keystamp;
    let held: pg.PoolClient[];

    beforeAll(async () => {
      pool = new pg.Pool({ connectionString: test.ground.url as string, max: 3 });
      keystamp = await createKeystamp({ database: pool, logger });
    });
    afterAll(async () => {
      await keystamp.close();
      await pool.end();
    });
    const holdAll = async () => {
      held = await Promise.all([pool.connect(), pool.connect(), pool.connect()]);
    };
    const letGo = () => {
      for (const client of held) client.release();
    };

    it('answers for known keys, and says of others that it is overloaded', async () => {
      const [known, other] = [await test.issue(), await test.issue()];
      await keystamp.validateUserApiKey(known.apiKey);
      await holdAll();
      expect(await keystamp.validateUserApiKey(known.apiKey)).toMatchObject({ valid: true });
      const overloaded = expect.objectContaining({ code: 'overloaded' });
      await expect(keystamp.validateUserApiKey(other.apiKey)).rejects.toEqual(overloaded);
      // The pool's own limit of the wait.
      pool.options.connectionTimeoutMillis = 20;
      await expect(keystamp.getApiKey(other.key.id)).rejects.toEqual(overloaded);
      pool.options.connectionTimeoutMillis = 0;
      expect(keystamp.health()).toMatchObject({ databaseReachable: true, ready: true });
      letGo();
      expect(await keystamp.validateUserApiKey(other.apiKey)).toMatchObject({ valid: true });
    });

    it('stays in reach, also when the listening connection ends', async () => {
      await holdAll();
      const { reconnections } = keystamp.health().counts;
      await test.ground.database.query(
        `select pg_terminate_backend(pid) from pg_stat_activity
         where datname = current_database() and query ~ 'pg_listening_channels|pg_control_system' and pid <> pg_backend_pid()`,
      );
      await until(() => keystamp.health().counts.reconnections > reconnections);
      expect(keystamp.health().databaseReachable).toBe(true);
      expect(warnings.filter((line) => line.includes('is unavailable'))).toEqual([]);
      letGo();
    });
  });
});
