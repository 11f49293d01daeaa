import { insertKeys } from '@keystamp/testing/databases/many-keys';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { SweepOutcome, SweepPolicy, SweptApiKey } from '../../src/index.js';
import { type Ages, SweepGround } from './sweep-ground.js';

let test: SweepGround;
beforeAll(async () => {
  test = await SweepGround.create();
});
afterAll(() => test.close());
beforeEach(() => test.clear());

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
    const issued = await test.keyOf(ages);
    const before = await test.statusOf(issued);
    expect(await test.outcomeOf(issued, policy)).toBe(outcome);
    expect(await test.statusOf(issued)).toBe(outcome ?? before);
  });

  it('a key that never was used is no older than the tracking', async () => {
    await test.tracking('89 days');
    expect(await test.outcomeOf(await test.keyOf(), { disableUnused: 90 })).toBeNull();
  });

  it('a key may have been used until a backup was restored', async () => {
    await test.tracking('500 days', '89 days');
    expect(
      await test.outcomeOf(await test.keyOf({ usedDays: 300 }), { disableUnused: 90 }),
    ).toBeNull();
  });

  it('a key of an inactive user is none, as in a list', async () => {
    const issued = await test.keyOf({ userId: 'gone' });
    await test.keystamp.setUserActive('gone', false);
    expect(await test.outcomeOf(issued, { disableUnused: 90 })).toBeNull();
  });
});

describe('a sweep', () => {
  it('goes through all keys, each once, 1,000 at a time', async () => {
    const keys = await insertKeys(test.database, 2_500);
    // All at one moment: the id alone tells them apart.
    await test.run(
      `update keystamp.api_keys set created_at = date_trunc('day', now() - interval '400 days')`,
    );
    await test.run('delete from keystamp.key_events');
    const pieces: string[][] = [];
    const onKeys = async (swept: readonly SweptApiKey[]) => {
      await new Promise(setImmediate);
      pieces.push(swept.map(({ key }) => key.id));
    };
    const counts = await test.keystamp.sweep({ disableUnused: 90, onKeys });
    expect(counts.disabled).toBe(2_500);
    expect(pieces.map(({ length }) => length)).toEqual([1_000, 1_000, 500]);
    expect(new Set(pieces.flat())).toEqual(new Set(keys.map(({ id }) => id)));
    const { rows } = await test.run(
      `select count(*)::int as events, count(distinct key_id)::int as keys from keystamp.key_events where kind = 'disabled'`,
    );
    expect(rows).toEqual([{ events: 2_500, keys: 2_500 }]);
  });

  it('stops where its caller throws, and the next one goes on', async () => {
    await insertKeys(test.database, 1_500);
    await test.run(`update keystamp.api_keys set created_at = now() - interval '400 days'`);
    const onKeys = () => {
      throw new Error('enough');
    };
    await expect(test.keystamp.sweep({ disableUnused: 90, onKeys })).rejects.toThrow('enough');
    expect(await test.keystamp.sweep({ disableUnused: 90 })).toMatchObject({ disabled: 500 });
  });

  it.each([true, false])(
    'limited to a user sees no key of others (dry run: %s)',
    async (dryRun) => {
      const [own, foreign] = [await test.keyOf(), await test.keyOf({ userId: 'eve' })];
      const seen: string[] = [];
      const onKeys = (swept: readonly SweptApiKey[]) =>
        void seen.push(...swept.map(({ key }) => key.id));
      await test.keystamp.sweep({ disableUnused: 90, userId: 'ada', dryRun, onKeys });
      expect(seen).toEqual([own.key.id]);
      expect(await test.statusOf(foreign)).toBe('active');
    },
  );

  it('is in the history with who made it', async () => {
    const issued = await test.keyOf();
    await test.keystamp.sweep({ disableUnused: 90, actor: { kind: 'policy', name: 'nightly' } });
    const { events } = await test.keystamp.listEvents({ keyId: issued.key.id, kind: 'disabled' });
    expect(events.map(({ actor }) => actor)).toEqual([
      { kind: 'policy', userId: null, keyId: null, name: 'nightly' },
    ]);
  });

  it('by default is made by the library', async () => {
    const issued = await test.keyOf();
    await test.keystamp.sweep({ disableUnused: 90 });
    const { events } = await test.keystamp.listEvents({ keyId: issued.key.id, kind: 'disabled' });
    expect(events).toMatchObject([{ actor: { kind: 'library' } }]);
  });
});

describe('K6 a wrong policy is named, and nothing changes', () => {
  it.each<[object, string]>([
    [{}, 'policy: expected disableUnused, revokeUnused or revokeDisabled, in days'],
    [{ dryRun: true }, 'policy: expected disableUnused'],
    [{ disableUnused: 0 }, 'disableUnused: expected a whole number from 1 to 36500'],
    [{ disableUnused: 36_501 }, 'disableUnused: expected'],
    [{ revokeUnused: 1.5 }, 'revokeUnused: expected a whole number'],
    [{ revokeDisabled: '30' }, 'revokeDisabled: expected a whole number'],
    [{ revokeDisabled: null }, 'revokeDisabled: expected a whole number'],
    [{ disableUnused: 90, userId: undefined }, 'userId: expected'],
    [{ disableUnused: 90, dryRun: 'yes' }, 'dryRun: expected true or false'],
    [{ disableUnused: 90, onKeys: 'print' }, 'onKeys: expected a function'],
    [{ disableUnused: 90, actor: { kind: 'database' } }, 'actor.kind: expected one of'],
    [{ disableUnused: 90, dryrun: true }, 'dryrun: expected a known name; the nearest is dryRun'],
    [null as unknown as object, 'policy: expected an object'],
  ])('%o', async (policy, message) => {
    const issued = await test.keyOf({ disabledDays: 100 });
    await expect(test.keystamp.sweep(policy as SweepPolicy)).rejects.toThrow(message);
    expect(await test.statusOf(issued)).toBe('disabled');
  });
});
