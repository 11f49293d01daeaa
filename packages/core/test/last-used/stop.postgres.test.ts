import { insertKeys, learn, type ManyKey } from '@keystamp/testing/databases/many-keys';
import { createTestDatabase, type TestDatabase } from '@keystamp/testing/databases/test-database';
import { startPostgres } from '@keystamp/testing/postgres/server';
import { buildCore, runModule } from '@keystamp/testing/processes/child';
import { userProgram } from '@keystamp/testing/processes/user-program';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { migrateUp, openDatabase } from '../../src/database/index.js';
import { createKeystamp } from '../../src/index.js';

const PRECISION_MS = 1_000;
const FLUSH_MS = 200;
const EXACT_MS = 50;
/** What a busy machine may put between the parts of a program. */
const BUSY_MS = 1_000;

let ground: TestDatabase;
beforeAll(async () => {
  buildCore();
  ground = await createTestDatabase();
}, 120_000);
afterAll(() => ground.drop());

interface Use {
  readonly before: number;
  readonly after: number;
}

/** Runs the program for so many uses, ends it by the signal, and tells the uses of each key. */
async function runAndStop(keys: readonly ManyKey[], count: number, signal: NodeJS.Signals) {
  const options = [String(PRECISION_MS), String(FLUSH_MS)];
  const child = runModule(userProgram, ground.url as string, ...options, JSON.stringify(keys));
  const uses = new Map<string, Use[]>();
  let stoppedAt = 0;
  try {
    expect(await child.line()).toBe('ready');
    for (let seen = 0; ; seen++) {
      if (seen === count) {
        stoppedAt = Date.now();
        child.process.kill(signal);
      }
      const line = await child.line();
      if (line === null) break;
      const [id, before, after] = line.split(' ') as [string, string, string];
      uses.set(id, [...(uses.get(id) ?? []), { before: Number(before), after: Number(after) }]);
    }
    return { uses, stoppedAt, ...(await child.ended) };
  } finally {
    child.process.kill('SIGKILL');
  }
}

async function storedOf(id: string): Promise<number> {
  const { rows } = await ground.database.query<{ at: Date | null }>(
    'select last_used_at as at from keystamp.api_keys where id = $1',
    [id],
  );
  return rows[0]?.at?.getTime() ?? 0;
}

describe('a process that uses keys', () => {
  it('G8 loses nothing when it is told to stop by SIGTERM', async () => {
    const keys = await insertKeys(ground.database, 5);
    const { uses, code, errors } = await runAndStop(keys, 300, 'SIGTERM');
    expect({ code, errors }).toEqual({ code: 0, errors: '' });
    expect(uses.size).toBe(keys.length);
    for (const [id, ofKey] of uses) {
      const stored = await storedOf(id);
      const last = ofKey.at(-1) as Use;
      expect(stored).toBeGreaterThanOrEqual(last.before - EXACT_MS);
      expect(stored).toBeLessThanOrEqual(last.after + EXACT_MS);
    }
  });

  it('G8 loses no more than the uses of the last window and flush when it is killed', async () => {
    const keys = await insertKeys(ground.database, 5);
    const { uses, stoppedAt } = await runAndStop(keys, 1_500, 'SIGKILL');
    expect(uses.size).toBe(keys.length);
    for (const [id, ofKey] of uses) {
      const stored = await storedOf(id);
      const firstLost = ofKey.find(({ before }) => before > stored + EXACT_MS)?.before ?? stoppedAt;
      expect(stoppedAt - firstLost).toBeLessThanOrEqual(PRECISION_MS + FLUSH_MS + BUSY_MS);
    }
  });
});

describe('close() while the database is away', () => {
  it('G8 ends within 5 s and tells what it could not write', async () => {
    const server = await startPostgres();
    const errors: object[] = [];
    const logger = {
      debug() {},
      info() {},
      warn() {},
      error: (fields: object) => errors.push(fields),
    };
    const database = await openDatabase(server.url);
    await migrateUp(database);
    const keys = await insertKeys(database, 3);
    const keystamp = await createKeystamp({ database, logger });
    await learn(keystamp, keys);
    await server.stop('immediate');
    for (const { apiKey } of keys) await keystamp.validateUserApiKey(apiKey);
    const startedAt = performance.now();
    await keystamp.close();
    expect(performance.now() - startedAt).toBeLessThan(5_000 + BUSY_MS);
    expect(errors).toEqual([{ pending: 3 }]);
    await database.end();
    await server.end();
  });
});
