import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { generateApiKey } from '../src/api-key.js';
import {
  createKeystamp,
  type Database,
  type Keystamp,
  migrateUp,
  openDatabase,
} from '../src/index.js';
import { type PostgresServer, startPostgres } from './support/postgres-server.js';

const ID = '00000000-0000-4000-8000-000000000000';

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

/** Every method that asks the database. */
const QUESTIONS: Record<string, () => Promise<unknown>> = {
  createApiKey: () => keystamp.createApiKey({ userId: 'ada', name: 'CI' }),
  validateUserApiKey: () => keystamp.validateUserApiKey(generateApiKey('ks').apiKey),
  getApiKey: () => keystamp.getApiKey(ID),
  listApiKeys: () => keystamp.listApiKeys(),
  updateApiKey: () => keystamp.updateApiKey(ID, { name: 'CI' }),
  revokeApiKey: () => keystamp.revokeApiKey(ID),
  revokeApiKeys: () => keystamp.revokeApiKeys([{ id: ID, lastUsedAt: null }]),
  rotateApiKey: () => keystamp.rotateApiKey(ID),
  deleteApiKey: () => keystamp.deleteApiKey(ID),
  importApiKeys: () =>
    keystamp.importApiKeys([{ userId: 'ada', name: 'CI', keyHash: new Uint8Array(32) }]),
  setUserActive: () => keystamp.setUserActive('ada', false),
};
/** Those that ask nothing, or keep what they hold. */
const OTHERS = ['close', 'database', 'flush', 'health', 'userChanged'];

describe('while the database is away', () => {
  it('every method is looked at here', () => {
    expect([...Object.keys(QUESTIONS), ...OTHERS].sort()).toEqual(Object.keys(keystamp).sort());
  });

  it.each(Object.keys(QUESTIONS))('K4 %s fails with the code of an outage', async (method) => {
    const failing = QUESTIONS[method]?.();
    await expect(failing).rejects.toMatchObject({
      name: 'KeystampError',
      code: 'database_unavailable',
    });
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

  it('what is wrong is told as ever, database or not', async () => {
    await expect(keystamp.getApiKey('7')).rejects.toMatchObject({ code: 'invalid_argument' });
  });
});
