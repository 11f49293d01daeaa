import { PGlite } from '@electric-sql/pglite';
import { afterEach, describe, expect, it } from 'vitest';
import { migrateDown } from '../src/database/index.js';
import { createKeystamp, type Keystamp } from '../src/index.js';
import { AFTER_CLOSE, all, callsOf, outcomesOf } from './support/calls.js';
import { createTestKeystamp, type TestKeystamp } from './support/keystamp.js';

let test: TestKeystamp | undefined;
afterEach(async () => {
  await test?.close();
  test = undefined;
});

/** An instance with a use that waits to be written, and no flush of its own meanwhile. */
async function open(): Promise<Keystamp> {
  test = await createTestKeystamp({ flushIntervalMs: 10_000, precisionMs: 25_000 });
  const { apiKey } = await test.issue();
  await test.keystamp.validateUserApiKey(apiKey);
  expect(test.keystamp.health().pendingKeys).toBe(1);
  return test.keystamp;
}

it('every method is called here', async () => {
  const keystamp = await open();
  expect(Object.keys(callsOf(keystamp)).sort()).toEqual(
    Object.keys(keystamp)
      .filter((name) => name !== 'database')
      .sort(),
  );
});

describe('a failure is thrown with a stable code', () => {
  it('after close(), though the database that was handed in goes on', async () => {
    const keystamp = await open();
    await keystamp.close();
    expect(await outcomesOf(keystamp)).toEqual(all(keystamp, 'closed', AFTER_CLOSE));
    expect(keystamp.health()).toMatchObject({
      databaseReachable: false,
      listening: false,
      ready: false,
    });
    expect((await keystamp.database.query('select 1 as one')).rows).toEqual([{ one: 1 }]);
  });

  it('while close() is writing what is pending', async () => {
    const keystamp = await open();
    const closing = keystamp.close();
    await expect(keystamp.listApiKeys()).rejects.toMatchObject({ code: 'closed' });
    await closing;
  });

  it('where the schema is dropped', async () => {
    const keystamp = await open();
    await keystamp.database.query('drop schema keystamp cascade');
    expect(await outcomesOf(keystamp)).toEqual(
      all(keystamp, 'database_unavailable', ['userChanged', 'health', 'now', 'close']),
    );
  });

  it('where the migrations are taken back', async () => {
    const keystamp = await open();
    await migrateDown(keystamp.database, { to: '000001' });
    expect(await outcomesOf(keystamp)).toEqual(
      all(keystamp, 'database_unavailable', [
        'setUserActive',
        'userChanged',
        'health',
        'now',
        'close',
      ]),
    );
  });

  it('with one sentence, and the error of the driver behind it', async () => {
    test = await createTestKeystamp();
    const { keystamp } = test;
    await keystamp.database.query('drop schema keystamp cascade');
    const error = await keystamp.listApiKeys().catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({
      message: expect.stringMatching(
        /^The database refuses the statement: relation "keystamp\.\w+" does not exist$/,
      ),
      cause: { code: '42P01' },
    });
  });

  it('and a line in the log with its SQLSTATE', async () => {
    const lines: [fields: object, message: string][] = [];
    const warn = (fields: object, message: string) => lines.push([fields, message]);
    const logger = { debug() {}, info() {}, warn, error() {} };
    test = await createTestKeystamp({ logger });
    const { keystamp } = test;
    await keystamp.database.query('drop schema keystamp cascade');
    for (let i = 0; i < 3; i++) await keystamp.listApiKeys().catch(() => {});
    const failed = lines.filter(([, message]) => message.includes('Statements failed'));
    expect(failed).toEqual([
      [
        { code: '42P01', count: 1, reason: expect.stringContaining('does not exist') },
        'Statements failed on the database.',
      ],
    ]);
  });
});

describe('a PGlite that was closed', () => {
  it('fails with the code of an outage, under an instance and before one', async () => {
    const pglite = await PGlite.create();
    const keystamp = await createKeystamp({ database: pglite });
    const { apiKey } = await keystamp.createApiKey({ userId: 'ada', name: 'CI' });
    await keystamp.validateUserApiKey(apiKey);
    await pglite.close();
    expect(await outcomesOf(keystamp)).toEqual(
      all(keystamp, 'database_unavailable', ['userChanged', 'health', 'now', 'close']),
    );
    await expect(createKeystamp({ database: pglite })).rejects.toMatchObject({
      name: 'KeystampError',
      code: 'database_unavailable',
      message: 'The database is unavailable: PGlite is closed',
    });
  });
});
