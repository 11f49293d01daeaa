import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { IssuedApiKey, SweepOutcome, SweepPolicy, SweptApiKey } from '../../src/index.js';
import { createTestKeystamp, type TestKeystamp } from '../support/keystamp.js';

let test: TestKeystamp;
beforeAll(async () => {
  // A window that outlasts the tests: a second use of a key is in memory alone.
  test = await createTestKeystamp({ precisionMs: 25_000, flushIntervalMs: 10_000 });
});
afterAll(() => test.close());
beforeEach(async () => {
  await run('delete from keystamp.api_keys');
  await tracking('500 days');
});

const run = (text: string, params: unknown[] = []) => test.ground.database.query(text, params);
const tracking = (age: string, restored: string | null = null) =>
  run(
    `update keystamp.tracking set since = clock_timestamp() - $1::interval,
       restored_at = clock_timestamp() - $2::interval`,
    [age, restored],
  );

interface Ages {
  createdDays?: number;
  usedDays?: number | null;
  disabledDays?: number | null;
  revoked?: boolean;
  userId?: string;
  keepUntil?: string;
}

/** A key of some age. Null: never used, or not disabled. */
async function keyOf(ages: Ages = {}): Promise<IssuedApiKey> {
  const { createdDays = 400, usedDays = null, disabledDays = null, revoked = false } = ages;
  const { userId = 'ada', keepUntil } = ages;
  const metadata = keepUntil === undefined ? {} : { 'keep-until': keepUntil };
  const issued = await test.issue({ userId, metadata });
  await run(
    `update keystamp.api_keys set created_at = clock_timestamp() - $2::float8 * interval '24 hours',
       last_used_at = clock_timestamp() - $3::float8 * interval '24 hours',
       disabled_at = clock_timestamp() - $4::float8 * interval '24 hours',
       revoked_at = case when $5::boolean then clock_timestamp() end
     where id = $1`,
    [issued.key.id, createdDays, usedDays, disabledDays, revoked],
  );
  return issued;
}

/** What came of the key; null: it was not stale. */
async function outcomeOf({ key }: IssuedApiKey, policy: SweepPolicy): Promise<SweepOutcome | null> {
  const swept: SweptApiKey[] = [];
  await test.keystamp.sweep({ ...policy, onKeys: (keys) => void swept.push(...keys) });
  return swept.find((one) => one.key.id === key.id)?.outcome ?? null;
}

const statusOf = async ({ key }: IssuedApiKey) =>
  (await test.keystamp.getApiKey(key.id))?.status ?? null;

describe('which keys are stale', () => {
  it.each<[string, Ages, SweepPolicy, SweepOutcome | null]>([
    ['used long ago', { usedDays: 91 }, { disableUnused: 90 }, 'disabled'],
    ['used lately', { usedDays: 89 }, { disableUnused: 90 }, null],
    ['never used, made long ago', {}, { disableUnused: 90 }, 'disabled'],
    ['never used, made lately', { createdDays: 89 }, { disableUnused: 90 }, null],
    ['unused, to be revoked', { usedDays: 91 }, { revokeUnused: 90 }, 'revoked'],
    ['both', { usedDays: 91 }, { disableUnused: 30, revokeUnused: 90 }, 'revoked'],
    ['one of both', { usedDays: 89 }, { disableUnused: 30, revokeUnused: 90 }, 'disabled'],
    ['disabled long ago', { disabledDays: 31 }, { revokeDisabled: 30 }, 'revoked'],
    ['disabled lately', { disabledDays: 29 }, { revokeDisabled: 30 }, null],
    ['used lately, disabled', { usedDays: 1, disabledDays: 31 }, { revokeDisabled: 30 }, 'revoked'],
    ['disabled, for the unused', { disabledDays: 29 }, { revokeUnused: 90 }, null],
    ['not disabled, for the disabled', { usedDays: 91 }, { revokeDisabled: 30 }, null],
    [
      'revoked',
      { revoked: true, disabledDays: 31 },
      { revokeDisabled: 30, disableUnused: 90 },
      null,
    ],
  ])('%s', async (_, ages, policy, outcome) => {
    const issued = await keyOf(ages);
    const before = await statusOf(issued);
    expect(await outcomeOf(issued, policy)).toBe(outcome);
    expect(await statusOf(issued)).toBe(outcome ?? before);
  });

  it('a key that never was used is no older than the tracking', async () => {
    await tracking('89 days');
    expect(await outcomeOf(await keyOf(), { disableUnused: 90 })).toBeNull();
  });

  it('a key may have been used until a backup was restored', async () => {
    await tracking('500 days', '89 days');
    expect(await outcomeOf(await keyOf({ usedDays: 300 }), { disableUnused: 90 })).toBeNull();
  });

  it('a key of an inactive user is none, as in a list', async () => {
    const issued = await keyOf({ userId: 'gone' });
    await test.keystamp.setUserActive('gone', false);
    expect(await outcomeOf(issued, { disableUnused: 90 })).toBeNull();
  });
});
