import { createTestDatabase, type TestDatabase } from '@keystamp/testing/databases/test-database';
import { until } from '@keystamp/testing/until';
import { createKeystamp, type Keystamp } from 'keystamp';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { PolicySettings } from '../../src/config/policy-settings.js';
import { openLog } from '../../src/log/log.js';
import { DailyPolicy } from '../../src/policy/daily-policy.js';

const settings: PolicySettings = { disableUnused: 90, revokeDisabled: 30 };
const OFF: PolicySettings = { disableUnused: null, revokeDisabled: null };

let ground: TestDatabase;
let keystamps: [Keystamp, Keystamp];
let lines: Record<string, unknown>[];
beforeAll(async () => {
  ground = await createTestDatabase();
  keystamps = [
    await createKeystamp({ database: await ground.open() }),
    await createKeystamp({ database: await ground.open() }),
  ];
  await run(`update keystamp.tracking set since = now() - interval '500 days'`);
});
afterAll(async () => {
  for (const keystamp of keystamps) await keystamp.close();
  await ground.drop();
});
beforeEach(async () => {
  lines = [];
  await run('delete from keystamp.api_keys');
  await run('update keystamp.policy_run set began_at = null, done_at = null');
});
afterEach(() => vi.restoreAllMocks());

const logger = openLog('info', { write: (line) => void lines.push(JSON.parse(line)) });
const run = (text: string, params: unknown[] = []) => ground.database.query(text, params);
/** As if the last run had begun so long ago. */
const age = (interval: string) =>
  run('update keystamp.policy_run set began_at = began_at - $1::interval', [interval]);

function instances(given = settings): [DailyPolicy, DailyPolicy] {
  const [first, second] = keystamps;
  return [
    new DailyPolicy({ keystamp: first, settings: given, logger }),
    new DailyPolicy({ keystamp: second, settings: given, logger }),
  ];
}

/** A key that was made so long ago; `disabled`: it has been disabled for so long. */
async function oldKey(made: string, disabled: string | null = null): Promise<string> {
  const { key } = await keystamps[0].createApiKey({ userId: 'ada', name: 'A key' });
  await run(
    `update keystamp.api_keys set created_at = now() - $2::interval, disabled_at = now() - $3::interval
     where id = $1`,
    [key.id, made, disabled],
  );
  return key.id;
}

const statusOf = async (id: string) => (await keystamps[0].getApiKey(id))?.status;
const ran = () => lines.filter(({ msg }) => msg === 'the policy for unused keys ran');

describe('the policy', () => {
  it('disables unused keys and revokes disabled ones, with one line in the log and itself in the history', async () => {
    const unused = await oldKey('91 days');
    const disabled = await oldKey('91 days', '31 days');
    const young = await oldKey('89 days');
    await instances()[0].runIfDue();
    expect([await statusOf(unused), await statusOf(disabled), await statusOf(young)]).toEqual([
      'disabled',
      'revoked',
      'active',
    ]);
    expect(lines).toEqual([
      expect.objectContaining({
        audit: true,
        by: 'policy',
        ...settings,
        disabled: 1,
        revoked: 1,
        kept: 0,
        usedMeanwhile: 0,
        changedMeanwhile: 0,
      }),
    ]);
    const { events } = await keystamps[0].listEvents({ actor: 'policy' });
    expect(events.map(({ keyId, kind }) => [keyId, kind]).sort()).toEqual(
      [
        [unused, 'disabled'],
        [disabled, 'revoked'],
      ].sort(),
    );
  });

  it('has a part that is off', async () => {
    const unused = await oldKey('91 days');
    const disabled = await oldKey('91 days', '31 days');
    await instances({ ...settings, disableUnused: null })[0].runIfDue();
    expect([await statusOf(unused), await statusOf(disabled)]).toEqual(['active', 'revoked']);
  });
});

describe('once a day', () => {
  it('one of two instances runs it, also after a restart', async () => {
    const [first, second] = instances();
    await Promise.all([first.runIfDue(), second.runIfDue()]);
    expect(ran()).toHaveLength(1);
    const id = await oldKey('91 days');
    await age('23 hours 59 minutes');
    for (const policy of [first, second, ...instances()]) await policy.runIfDue();
    expect(ran()).toHaveLength(1);
    expect(await statusOf(id)).toBe('active');
  });

  it('it runs again when a day is over', async () => {
    const [first, second] = instances();
    await first.runIfDue();
    await age('24 hours');
    await second.runIfDue();
    expect(ran()).toHaveLength(2);
  });

  it('a run that was cut off is made up for after an hour, and not before', async () => {
    const [policy] = instances();
    await run('update keystamp.policy_run set began_at = clock_timestamp()');
    await age('59 minutes');
    await policy.runIfDue();
    expect(ran()).toHaveLength(0);
    await age('1 minute');
    await policy.runIfDue();
    expect(ran()).toHaveLength(1);
  });

  it('a clock that was wrong does not put it off', async () => {
    await run(
      `update keystamp.policy_run set began_at = now() + interval '1 year', done_at = now() + interval '1 year'`,
    );
    await instances()[0].runIfDue();
    expect(ran()).toHaveLength(1);
  });
});

describe('a failure', () => {
  it('is one line, and the run is made up for', async () => {
    const id = await oldKey('91 days');
    const [policy] = instances();
    await run('alter table keystamp.key_events rename to put_away');
    await policy.runIfDue();
    await run('alter table keystamp.put_away rename to key_events');
    expect(lines.map(({ level, msg }) => [level, msg])).toEqual([
      ['warn', 'the policy for unused keys failed; it is tried again within hours'],
    ]);
    expect(await statusOf(id)).toBe('active');
    await age('1 hour');
    await policy.runIfDue();
    expect(await statusOf(id)).toBe('disabled');
  });
});

describe('the timer', () => {
  const timersOf = (policy: DailyPolicy) => {
    const timers = vi.spyOn(globalThis, 'setTimeout');
    policy.start();
    return timers.mock.calls.filter(([, ms]) => ms === 60_000);
  };

  it('runs it a minute after the start', async () => {
    const [policy] = instances();
    const [minute] = timersOf(policy);
    minute?.[0]();
    await until(() => ran().length === 1, { timeoutMs: 10_000 });
    await policy.close();
  });

  it('is not there while both parts are off', () => {
    const [policy] = instances(OFF);
    expect(timersOf(policy)).toEqual([]);
  });

  it('ends with the server', async () => {
    const [policy] = instances();
    const cleared = vi.spyOn(globalThis, 'clearTimeout');
    expect(timersOf(policy)).toHaveLength(1);
    await policy.close();
    expect(cleared.mock.calls).toHaveLength(1);
  });
});
