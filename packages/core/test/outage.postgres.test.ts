import { type PostgresServer, startPostgres } from '@keystamp/testing/postgres/server';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Database, migrateUp, openDatabase } from '../src/database/index.js';
import { createKeystamp, type Keystamp } from '../src/index.js';
import { all, outcomesOf } from './support/calls.js';

let server: PostgresServer;
let database: Database;
let keystamp: Keystamp;
beforeAll(async () => {
  server = await startPostgres();
  database = await openDatabase(server.url);
  await migrateUp(database);
  keystamp = await createKeystamp({ database });
  await server.stop('immediate');
});
afterAll(async () => {
  await keystamp?.close();
  await database?.end();
  await server?.end();
});

describe('while the database is away', () => {
  it('what is wrong is told as ever, database or not', async () => {
    await expect(keystamp.getApiKey('7')).rejects.toMatchObject({ code: 'invalid_argument' });
  });

  it('K4 every method that asks it fails with the code of an outage', async () => {
    // Nothing is pending for `flush`. It is closed with this.
    const asksNothing = ['userChanged', 'flush', 'health', 'now', 'close'] as const;
    expect(await outcomesOf(keystamp)).toEqual(all(keystamp, 'database_unavailable', asksNothing));
  });

  it('K4 so does an instance that is opened', async () => {
    const opening = createKeystamp({ database: 'postgres://ada:hunter2@127.0.0.1:9/none' });
    const error: Error = await opening.then(
      () => new Error('It was opened.'),
      (failure) => failure,
    );
    expect(error).toMatchObject({ name: 'KeystampError', code: 'database_unavailable' });
    expect(`${error.message} ${error.stack}`).not.toContain('hunter2');
  });
});
