import { insertKeys, learn, type ManyKey, useAll } from '@keystamp/testing/databases/many-keys';
import { createTestDatabase, type TestDatabase } from '@keystamp/testing/databases/test-database';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { migrateDown, migrateUp } from '../../src/database/index.js';
import { createKeystamp, type Keystamp } from '../../src/index.js';

// One story in three parts: each goes on where the one before it ended.

let ground: TestDatabase;
let keys: ManyKey[];
let opened: Keystamp | undefined;
beforeAll(async () => {
  ground = await createTestDatabase({ migrated: false });
  await migrateUp(ground.database, { to: '000001' });
  keys = await insertKeys(ground.database, 3);
});
afterEach(() => opened?.close());
afterAll(() => ground.drop());

async function open(): Promise<Keystamp> {
  opened = await createKeystamp({
    database: await ground.open(),
    precisionMs: 200,
    flushIntervalMs: 50,
  });
  return opened;
}

describe('a database from before the column, with keys in it', () => {
  it('G10 tells null of each key, and since when that says something', async () => {
    const keystamp = await open();
    const { keys: listed, trackingSince } = await keystamp.listApiKeys();
    expect(listed.map(({ lastUsedAt }) => lastUsedAt)).toEqual([null, null, null]);
    expect((await keystamp.getApiKey((keys[0] as ManyKey).id))?.lastUsedAt).toBeNull();
    const { rows } = await ground.database.query(
      `select count(*)::int as nulls, max(k.created_at) <= max(t.since) as older
       from keystamp.api_keys k, keystamp.tracking t where k.last_used_at is null`,
    );
    expect(rows).toEqual([{ nulls: 3, older: true }]);
    const { rows: tracking } = await ground.database.query('select since from keystamp.tracking');
    expect(tracking).toEqual([{ since: trackingSince }]);
  });

  it('G10 its keys go on working, and a use leaves the others null', async () => {
    const keystamp = await open();
    const [used, ...others] = keys as [ManyKey, ...ManyKey[]];
    await learn(keystamp, keys);
    await useAll(keystamp, [used]);
    await keystamp.flush();
    expect((await keystamp.getApiKey(used.id))?.lastUsedAt).toBeInstanceOf(Date);
    for (const { id } of others) expect((await keystamp.getApiKey(id))?.lastUsedAt).toBeNull();
  });

  it('G10 keeps the day that tracking began through down and up again', async () => {
    const keystamp = await open();
    const { trackingSince } = await keystamp.listApiKeys();
    await useAll(keystamp, keys);
    await keystamp.flush();
    await keystamp.close();
    await migrateDown(ground.database, { to: '000001' });
    const again = await open();
    const listed = await again.listApiKeys();
    expect(listed.trackingSince).toEqual(trackingSince);
    expect(listed.keys.map(({ lastUsedAt }) => lastUsedAt)).toEqual([null, null, null]);
    await useAll(again, keys);
    await again.flush();
    const used = (await again.listApiKeys()).keys;
    expect(used.every(({ lastUsedAt }) => lastUsedAt instanceof Date)).toBe(true);
  });
});
