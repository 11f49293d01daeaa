import { createTestDatabase, type TestDatabase } from '@keystamp/testing/databases/test-database';
import { until } from '@keystamp/testing/until';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createKeystamp, type Keystamp, type KeystampOptions } from '../../src/index.js';

const FUNCTIONS = ['notify_key_change', 'notify_user_change'];

let ground: TestDatabase;
const open: Keystamp[] = [];
const warnings: string[] = [];
const note = (_fields: object, message: string) => void warnings.push(message);
const logger = { debug() {}, info() {}, warn: note, error: note };

beforeAll(async () => {
  ground = await createTestDatabase();
});
afterEach(async () => {
  for (const keystamp of open.splice(0)) await keystamp.close();
  warnings.length = 0;
});
afterAll(() => ground.drop());

async function start(options: KeystampOptions = {}): Promise<Keystamp> {
  const database = await ground.open();
  const keystamp = await createKeystamp({ database, logger, ...options });
  open.push(keystamp);
  return keystamp;
}

const byHand = (sql: string) => ground.database.query<{ text: string }>(sql);

/** Runs `work` while the function is one that sends nothing, its triggers in place. */
async function whileReplaced(name: string, work: () => Promise<void>): Promise<void> {
  const { rows } = await byHand(`select pg_get_functiondef('keystamp.${name}'::regproc) as text`);
  await byHand(
    `create or replace function keystamp.${name}() returns trigger language plpgsql as $$ begin return null; end $$`,
  );
  try {
    await work();
  } finally {
    await byHand(rows[0]?.text as string);
  }
}

const issue = (keystamp: Keystamp) => keystamp.createApiKey({ userId: 'ada', name: 'A key' });
const isDeaf = () => warnings.some((message) => /test change/.test(message));
const misses = (keystamp: Keystamp) => keystamp.health().counts.cacheMisses;

const isValid = async (keystamp: Keystamp, apiKey: string) =>
  (await keystamp.validateUserApiKey(apiKey)).valid;

/** A key in memory, whose creation has been heard of: notifications arrive in the order of the commits. */
async function issueKnown(keystamp: Keystamp): Promise<string> {
  const [{ apiKey }, marker] = [await issue(keystamp), await issue(keystamp)];
  expect(await isValid(keystamp, marker.apiKey)).toBe(true);
  await byHand(`update keystamp.api_keys set revoked_at = now() where id = '${marker.key.id}'`);
  await until(async () => !(await isValid(keystamp, marker.apiKey)));
  expect(await isValid(keystamp, apiKey)).toBe(true);
  return apiKey;
}

describe('K3 where the triggers are there and tell nobody', () => {
  it.each(FUNCTIONS)('%s replaced: an instance that starts believes no cache', async (name) => {
    await whileReplaced(name, async () => {
      const keystamp = await start();
      expect(keystamp.health().listening).toBe(false);
      expect(isDeaf()).toBe(true);
      const { apiKey, key } = await issue(keystamp);
      expect((await keystamp.validateUserApiKey(apiKey)).valid).toBe(true);
      await byHand(`update keystamp.api_keys set revoked_at = now() where id = '${key.id}'`);
      expect((await keystamp.validateUserApiKey(apiKey)).valid).toBe(false);
    });
    const [keystamp] = open as [Keystamp];
    await until(() => keystamp.health().listening);
  });

  it.each(FUNCTIONS)('%s replaced: an instance that runs notices within a minute', async (name) => {
    let laterMs = 0;
    const keystamp = await start({ now: () => performance.now() + laterMs });
    expect(keystamp.health().listening).toBe(true);
    await whileReplaced(name, async () => {
      laterMs = 60_000;
      await until(isDeaf);
      expect(keystamp.health().listening).toBe(false);
    });
    await until(() => keystamp.health().listening);
  });
});

describe('K3 a proof that changes are heard', () => {
  it('is made by several instances at once, and empties nobody’s cache', async () => {
    const keystamp = await start();
    const apiKey = await issueKnown(keystamp);
    const before = misses(keystamp);
    const others = await Promise.all(Array.from({ length: 3 }, () => start()));
    for (const other of others) expect(other.health().listening).toBe(true);
    await keystamp.validateUserApiKey(apiKey);
    expect(misses(keystamp)).toBe(before);
  });

  it('touches no row', async () => {
    const written = async () => {
      const { rows } = await byHand(
        `select string_agg(xmin::text, ',' order by id) as text from keystamp.users`,
      );
      return rows[0]?.text;
    };
    await issue(await start());
    const before = await written();
    await byHand(`select keystamp.probe_listeners('0000')`);
    expect(await written()).toBe(before);
  });
});
