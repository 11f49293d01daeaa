import { until } from '@keystamp/testing/until';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createKeystamp, type IssuedApiKey, type Keystamp } from '../../src/index.js';
import { generateApiKey } from '../../src/key-format/api-key.js';
import { createTestKeystamp, type TestKeystamp } from '../support/keystamp.js';
import { type WatchedDatabase, watch } from './watched-database.js';

// An answer that is held up holds its session: the others need one of their own.
let writer: TestKeystamp;
let database: WatchedDatabase;
let reader: Keystamp;
let issued: IssuedApiKey;

beforeAll(async () => {
  writer = await createTestKeystamp();
  database = watch(await writer.ground.open());
});
beforeEach(async () => {
  reader = await createKeystamp({ database });
  issued = await writer.issue();
});
afterEach(async () => {
  database.letGo();
  await reader.close();
});
afterAll(() => writer.close());

const validate = () => reader.validateUserApiKey(issued.apiKey);

/** Whether the reader has heard of all that was committed before. */
async function heardAll(): Promise<void> {
  const marker = await writer.issue();
  await reader.validateUserApiKey(marker.apiKey);
  await writer.keystamp.revokeApiKey(marker.key.id);
  await until(async () => !(await reader.validateUserApiKey(marker.apiKey)).valid);
}

describe('K3 an answer that was on its way when a change came', () => {
  it('is not cached', async () => {
    database.holdAnswers();
    const overtaken = validate();
    await until(() => database.held === 1);
    await writer.keystamp.revokeApiKey(issued.key.id);
    database.letGo();
    expect(await overtaken).toMatchObject({ valid: true });
    await until(async () => !(await validate()).valid, { timeoutMs: 1_500 });
  });

  it('is not cached where the change is heard before it', async () => {
    database.holdAnswers();
    const overtaken = validate();
    await until(() => database.held === 1);
    await writer.keystamp.revokeApiKey(issued.key.id);
    database.letGo();
    await heardAll();
    await overtaken;
    expect(await validate()).toMatchObject({ valid: false, reason: 'revoked' });
  });

  it('is not the answer to who asks after it', async () => {
    database.holdAnswers();
    const before = validate();
    await until(() => database.held === 1);
    await reader.revokeApiKey(issued.key.id);
    const after = validate();
    await until(() => database.held === 2);
    database.letGo();
    expect(await before).toMatchObject({ valid: true });
    expect(await after).toMatchObject({ valid: false, reason: 'revoked' });
  });

  it('of a key that was not there yet does not hide it', async () => {
    database.holdAnswers();
    const { apiKey, keyHash } = generateApiKey('ks');
    const overtaken = reader.validateUserApiKey(apiKey);
    await until(() => database.held === 1);
    await writer.ground.database.query(
      `insert into keystamp.api_keys (user_id, name, key_prefix, key_hash) values ('ada', 'Late', 'ks_late', $1)`,
      [Buffer.from(keyHash, 'latin1')],
    );
    database.letGo();
    expect(await overtaken).toEqual({ valid: false, reason: 'unknown' });
    await until(async () => (await reader.validateUserApiKey(apiKey)).valid, { timeoutMs: 1_500 });
  });
});

describe('K4 a connection that broke since its last use', () => {
  it('is replaced, and the question asked again', async () => {
    database.breakNext();
    expect(await validate()).toMatchObject({ valid: true });
    expect(reader.health().databaseReachable).toBe(true);
  });
});

describe('K4 a process that stood still', () => {
  it('does not take its own delay for the database’s', async () => {
    // The answer comes after a second, while nothing here runs.
    const locked = writer.ground.database.query(
      'begin; lock table keystamp.api_keys; select pg_sleep(1); commit',
    );
    await until(() => isLocked());
    const before = database.lookups();
    const asked = validate();
    await until(() => database.lookups() > before);
    await new Promise(setImmediate); // From here on timers come before what has arrived.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2_500);
    expect(await asked).toMatchObject({ valid: true });
    expect(reader.health().databaseReachable).toBe(true);
    await locked;
  });
});

async function isLocked(): Promise<boolean> {
  const { rows } = await writer.ground.database.query(
    `select 1 from pg_locks where relation = 'keystamp.api_keys'::regclass
     and mode = 'AccessExclusiveLock' and granted`,
  );
  return rows.length > 0;
}
