import { until } from '@keystamp/testing/until';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { IssuedApiKey } from '../../src/index.js';
import { checkActor } from '../../src/model/actor.js';
import { stopKeys } from '../../src/sql/stop-keys.js';
import { createTestKeystamp, type TestKeystamp } from '../support/keystamp.js';

let test: TestKeystamp;
beforeAll(async () => {
  // A window that outlasts the tests: a second use of a key is in memory alone.
  test = await createTestKeystamp({ precisionMs: 25_000, flushIntervalMs: 10_000 });
});
afterAll(() => test.close());

const use = ({ apiKey }: IssuedApiKey) => test.keystamp.validateUserApiKey(apiKey);
const storedOf = ({ key }: IssuedApiKey) => test.stored(key.id) as Promise<Date | null>;

/** What the caller saw, once the first use of the key is stored. */
async function usedAndSeen(input: { userId?: string } = {}) {
  const issued = await test.issue(input);
  await use(issued);
  // It asks for a look at once; not awaited, because second uses of other keys keep it waiting for the window.
  void test.keystamp.flush();
  return { issued, seen: await until(() => storedOf(issued)) };
}

async function outcomesOf(asked: readonly [IssuedApiKey, Date | null][], userId?: string) {
  const keys = asked.map(([{ key }, lastUsedAt]) => ({ id: key.id, lastUsedAt }));
  const outcomes = await test.keystamp.revokeApiKeys(keys, userId === undefined ? {} : { userId });
  return outcomes.map(({ outcome }) => outcome);
}

describe('a use that is not stored yet', () => {
  it('leaves a key alone that had none stored', async () => {
    const issued = await test.issue();
    await use(issued);
    expect(await outcomesOf([[issued, null]])).toEqual(['used_meanwhile']);
    expect(await use(issued)).toMatchObject({ valid: true });
  });

  it('leaves a key alone that was used again since it was looked at', async () => {
    const { issued, seen } = await usedAndSeen();
    await use(issued);
    expect(await outcomesOf([[issued, seen]])).toEqual(['used_meanwhile']);
    // In the row there is nothing to see of it.
    expect(await storedOf(issued)).toEqual(seen);
  });

  it('is no use of another key, and changes no other outcome', async () => {
    const [quiet, again, revoked, foreign] = [
      await usedAndSeen(),
      await usedAndSeen(),
      await usedAndSeen(),
      await usedAndSeen({ userId: 'eve' }),
    ];
    for (const { issued } of [again, revoked, foreign]) await use(issued);
    await test.keystamp.revokeApiKey(revoked.issued.key.id);
    const asked = [quiet, again, revoked, foreign].map(
      ({ issued, seen }) => [issued, seen] as [IssuedApiKey, Date],
    );
    expect(await outcomesOf(asked, 'ada')).toEqual([
      'revoked',
      'used_meanwhile',
      'already',
      'not_found',
    ]);
    expect(await use(foreign.issued)).toMatchObject({ valid: true });
  });

  it('does not count when the caller has seen a later one', async () => {
    const issued = await test.issue();
    await use(issued);
    await storedOf(issued);
    // Later than the use by the clock of the instance, and past by the database's own.
    const seen = test.keystamp.now();
    const isPast = async () => {
      const text = 'select clock_timestamp() > $1::timestamptz as past';
      const { rows } = await test.ground.database.query<{ past: boolean }>(text, [seen]);
      return rows[0]?.past === true;
    };
    await until(isPast);
    expect(await outcomesOf([[issued, seen]])).toEqual(['revoked']);
  });

  it('K8 counts when what the caller has seen is ahead of the clock, and so was nobody’s use', async () => {
    const ahead = new Date(Date.now() + 3_600_000);
    const [used, stored, quiet] = [await test.issue(), await test.issue(), await test.issue()];
    const store = (at: string, { key }: IssuedApiKey) =>
      test.ground.database.query(
        `update keystamp.api_keys set last_used_at = ${at} where id = '${key.id}'`,
      );
    for (const one of [used, quiet]) await store(`'${ahead.toISOString()}'`, one);
    await store('now()', stored);
    await test.keystamp.validateUserApiKey(used.apiKey);
    expect(
      await outcomesOf([
        [used, ahead],
        [stored, ahead],
        [quiet, ahead],
      ]),
    ).toEqual(['used_meanwhile', 'used_meanwhile', 'revoked']);
  });
});

describe('the millisecond of what was seen', () => {
  const seenMs = 1_750_000_000_123;

  it.each([
    ['stored', -1, 'revoked'],
    ['stored', 0.9, 'revoked'],
    ['stored', 1, 'used_meanwhile'],
    ['in memory', -1, 'revoked'],
    ['in memory', 0.9, 'revoked'],
    ['in memory', 1, 'used_meanwhile'],
  ] as const)('a use %s, %f ms after it: %s', async (place, laterMs, outcome) => {
    const { key } = await test.issue();
    const usedMs = seenMs + laterMs;
    if (place === 'stored') {
      const text = `update keystamp.api_keys set last_used_at = to_timestamp($2::float8 / 1000) where id = $1`;
      await test.ground.database.query(text, [key.id, usedMs]);
    }
    const uses = new Map(place === 'stored' ? [] : [[key.id, usedMs]]);
    const asked = [{ id: key.id, lastUsedAt: new Date(seenMs) }];
    const { outcomes } = await stopKeys(
      test.ground.database,
      'revoked',
      asked,
      uses,
      null,
      checkActor(undefined),
    );
    expect(outcomes.map((one) => one.outcome)).toEqual([outcome]);
  });
});
