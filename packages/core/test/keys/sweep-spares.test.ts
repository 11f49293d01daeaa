import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { IssuedApiKey, SweepOutcome, SweepPolicy, SweptApiKey } from '../../src/index.js';
import { SweepGround } from './sweep-ground.js';

let test: SweepGround;
beforeAll(async () => {
  test = await SweepGround.create();
});
afterAll(() => test.close());
beforeEach(() => test.clear());

describe('K8 a key that was used or changed since it was looked at is left alone', () => {
  const unused: SweepPolicy = { disableUnused: 90 };
  const disabled: SweepPolicy = { revokeDisabled: 30 };
  const set = (change: string) => async (issued: IssuedApiKey) => {
    await test.run(`update keystamp.api_keys k set ${change} where k.id = $1`, [issued.key.id]);
  };

  it.each<[string, SweepPolicy, (issued: IssuedApiKey) => Promise<unknown>, SweepOutcome]>([
    ['a stored use', unused, set('last_used_at = clock_timestamp()'), 'used_meanwhile'],
    [
      'a use of a disabled key',
      disabled,
      set('last_used_at = clock_timestamp()'),
      'used_meanwhile',
    ],
    ['a keep-until', unused, set(`metadata = '{"keep-until": "9999-01-01"}'`), 'changed_meanwhile'],
    [
      'a keep-until of a disabled key',
      disabled,
      set(`metadata = '{"keep-until": "x"}'`),
      'changed_meanwhile',
    ],
    ['enabling', disabled, ({ key }) => test.keystamp.enableApiKey(key.id), 'changed_meanwhile'],
    ['disabling it again', disabled, set('disabled_at = clock_timestamp()'), 'changed_meanwhile'],
    [
      'disabling by somebody',
      unused,
      ({ key }) => test.keystamp.disableApiKey(key.id),
      'changed_meanwhile',
    ],
    ['deletion', unused, ({ key }) => test.keystamp.deleteApiKey(key.id), 'changed_meanwhile'],
    ['expiry', unused, set('expires_at = clock_timestamp()'), 'changed_meanwhile'],
    [
      'the end of its user',
      unused,
      () => test.keystamp.setUserActive('ada', false),
      'changed_meanwhile',
    ],
    [
      'a restored backup',
      unused,
      () => test.keystamp.bookRestore(new Date(0)),
      'changed_meanwhile',
    ],
    ['a record that began later', unused, () => test.tracking('1 day'), 'changed_meanwhile'],
    [
      'another owner, where one user is asked for',
      { ...unused, userId: 'ada' },
      ({ key }) => test.keystamp.updateApiKey(key.id, { userId: 'bea' }),
      'changed_meanwhile',
    ],
  ])('%s', async (_, policy, change, outcome) => {
    const issued = await test.keyOf({ disabledDays: policy === disabled ? 31 : null });
    // A use may be stored at any moment.
    const read = async () => ({
      ...(await test.keystamp.getApiKey(issued.key.id)),
      lastUsedAt: null,
    });
    let between: unknown = null;
    test.meanwhile = async () => {
      await change(issued);
      between = await read();
    };
    expect(await test.outcomeOf(issued, policy)).toBe(outcome);
    expect(await read()).toEqual(between);
  });

  it.each([unused, { revokeUnused: 90 }])('a use in memory alone: %o', async (policy) => {
    const issued = await test.keyOfLateStamp();
    test.meanwhile = () => test.useOf(issued);
    expect(await test.outcomeOf(issued, policy)).toBe('used_meanwhile');
    const key = await test.keystamp.getApiKey(issued.key.id);
    expect(key).toMatchObject({ status: 'active', lastUsedAt: null });
  });

  it('and the others are stopped', async () => {
    const keys = [
      await test.keyOf(),
      await test.keyOf(),
      await test.keyOf({ keepUntil: '9999-01-01' }),
    ];
    const [used, stopped, kept] = keys as [IssuedApiKey, IssuedApiKey, IssuedApiKey];
    test.meanwhile = () => test.useOf(used);
    const counts = await test.keystamp.sweep(unused);
    expect(counts).toEqual({
      disabled: 1,
      revoked: 0,
      kept: 1,
      usedMeanwhile: 1,
      changedMeanwhile: 0,
    });
    expect(await test.useOf(stopped)).toMatchObject({ valid: false, reason: 'disabled' });
    expect(await test.useOf(used)).toMatchObject({ valid: true });
    expect(await test.useOf(kept)).toMatchObject({ valid: true });
  });
});

describe('K9 a key that was switched on again', () => {
  it.each<SweepPolicy>([{ disableUnused: 90 }, { revokeUnused: 90 }])(
    'counts as unused from then on: %o',
    async (policy) => {
      const issued = await test.keyOf({ disabledDays: 1 });
      await test.keystamp.enableApiKey(issued.key.id);
      expect((await test.keystamp.sweep(policy)).changedMeanwhile).toBe(0);
      expect(await test.statusOf(issued)).toBe('active');
      await test.run(
        `update keystamp.key_events set at = at - interval '91 days' where kind = 'enabled'`,
      );
      await test.keystamp.sweep(policy);
      expect(await test.statusOf(issued)).not.toBe('active');
    },
  );

  it('while the policy runs is left alone', async () => {
    const issued = await test.keyOf();
    test.meanwhile = async () => {
      await test.keystamp.disableApiKey(issued.key.id);
      await test.keystamp.enableApiKey(issued.key.id);
    };
    expect(await test.outcomeOf(issued, { disableUnused: 90 })).toBe('changed_meanwhile');
    expect(await test.statusOf(issued)).toBe('active');
  });
});

describe('keep-until', () => {
  const day = (offsetDays: number) =>
    new Date(test.keystamp.now().getTime() + offsetDays * 86_400_000).toISOString();

  it.each<[string, () => string, SweepOutcome]>([
    ['tomorrow', () => day(1).slice(0, 10), 'kept'],
    ['a time to come', () => day(0.1), 'kept'],
    ['a time to come without seconds', () => `${day(1).slice(0, 16)}Z`, 'kept'],
    ['a time to come in another zone', () => `${day(1).slice(0, 19)}+02:00`, 'kept'],
    ['yesterday', () => day(-1).slice(0, 10), 'disabled'],
    ['a time that is over', () => day(-0.01), 'disabled'],
    ['a time that is over, without a zone', () => day(-0.01).slice(0, 19), 'disabled'],
    ['a time that is over in its zone alone', () => `${day(0.05).slice(0, 19)}+02:00`, 'disabled'],
    ['a day that its month does not have', () => '2020-02-30', 'kept'],
    ['a month that there is not', () => '2020-13-01', 'kept'],
    ['a year that there is not', () => '0000-01-01', 'kept'],
    ['a time that there is not', () => '2020-01-01T25:00:00Z', 'kept'],
    ['words', () => 'next year', 'kept'],
    ['what PostgreSQL alone can read', () => 'yesterday', 'kept'],
    ['nothing', () => '', 'kept'],
  ])('%s', async (_, keepUntil, outcome) => {
    const issued = await test.keyOf({ keepUntil: keepUntil() });
    expect(await test.outcomeOf(issued, { disableUnused: 90 })).toBe(outcome);
    expect(await test.statusOf(issued)).toBe(outcome === 'kept' ? 'active' : 'disabled');
  });

  it('today counts to its end in UTC', async () => {
    const text = `select keystamp.keep_until('{"keep-until": "2027-01-31"}') = '2027-02-01T00:00:00Z' as is_end`;
    expect((await test.run(text)).rows).toEqual([{ is_end: true }]);
  });

  it.each(['null', '5', '{}', '["2020-01-01"]'])(
    '%s, written by hand, keeps the key',
    async (value) => {
      const issued = await test.keyOf();
      await test.run(`update keystamp.api_keys set metadata = $1::jsonb`, [
        `{"keep-until": ${value}}`,
      ]);
      expect(await test.outcomeOf(issued, { disableUnused: 90 })).toBe('kept');
    },
  );

  it('does not keep a key from those who name it', async () => {
    const issued = await test.keyOf({ keepUntil: '9999-01-01' });
    await test.keystamp.revokeApiKeys([issued.key]);
    expect(await test.statusOf(issued)).toBe('revoked');
  });
});

describe('a dry run', () => {
  it('changes nothing, and says what would', async () => {
    // Uses that are in memory alone: one before the sweep looks, one after it.
    const before = await test.keyOfLateStamp();
    const after = await test.keyOfLateStamp();
    await test.keyOf({ disabledDays: 31 });
    await test.keyOf({ keepUntil: '9999-01-01' });
    await test.keyOf({ usedDays: 1 });
    const stale = await test.keyOf();
    await test.useOf(before);
    test.meanwhile = () => test.useOf(after);
    const statuses = async () =>
      (await test.keystamp.listAllApiKeys()).keys.map(({ id, status }) => `${id} ${status}`).sort();
    const [was, events] = [await statuses(), await test.keystamp.listEvents()];
    const policy = { disableUnused: 90, revokeDisabled: 30, dryRun: true };
    const swept: SweptApiKey[] = [];
    const counts = await test.keystamp.sweep({
      ...policy,
      onKeys: (keys) => void swept.push(...keys),
    });
    expect(counts).toEqual({
      disabled: 1,
      revoked: 1,
      kept: 1,
      usedMeanwhile: 2,
      changedMeanwhile: 0,
    });
    const disabled = swept.filter(({ outcome }) => outcome === 'disabled');
    expect(disabled.map(({ key }) => key.id)).toEqual([stale.key.id]);
    expect(await statuses()).toEqual(was);
    expect(await test.keystamp.listEvents()).toEqual(events);
  });
});
