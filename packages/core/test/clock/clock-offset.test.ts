import { describe, expect, it } from 'vitest';
import { ClockOffsetWarning } from '../../src/clock/clock-offset.js';
import { DatabaseClock } from '../../src/clock/database-clock.js';
import { createTestKeystamp } from '../support/keystamp.js';

const HOUR_MS = 3_600_000;

function createLogger() {
  const warnings: [fields: object, message: string][] = [];
  const ignore = () => {};
  const warn = (fields: object, message: string) => void warnings.push([fields, message]);
  return { warnings, logger: { debug: ignore, info: ignore, warn, error: ignore } };
}

describe('an instance on a host with a wrong clock', () => {
  it.each([2 * HOUR_MS, -2 * HOUR_MS])('of %i ms goes by the clock of the database', async (ms) => {
    const { logger, warnings } = createLogger();
    const now = () => Date.now() + ms;
    const { keystamp, ground, issue, stored, close } = await createTestKeystamp({ now, logger });
    const read = async () => {
      const text = `select extract(epoch from clock_timestamp()) * 1000 as ms`;
      const { rows } = await ground.database.query<{ ms: string }>(text);
      return Number(rows[0]?.ms);
    };
    const before = await read();
    const told = keystamp.now().getTime();
    const after = await read();
    const { apiKey, key } = await issue({ expiresAt: new Date(told + 60_000) });
    expect((await keystamp.validateUserApiKey(apiKey)).valid).toBe(true);
    await keystamp.flush();
    const lastUsedAt = (await stored(key.id)) as Date;
    const end = await read();
    const { clockOffsetMs } = keystamp.health();
    await close();

    // The estimate is off by half of the fastest round trip at most.
    expect(told).toBeGreaterThan(before - 5_000);
    expect(told).toBeLessThan(after + 5_000);
    expect(lastUsedAt.getTime()).toBeGreaterThan(before - 5_000);
    expect(lastUsedAt.getTime()).toBeLessThan(end);
    expect(Math.abs(clockOffsetMs - ms)).toBeLessThan(5_000);
    expect(warnings).toEqual([
      [{ clockOffsetSeconds: Math.round(ms / 1000) }, expect.stringContaining('7200 s')],
    ]);
  });
});

describe('an instance on a host whose clock is set', () => {
  it.each([HOUR_MS, -HOUR_MS])(
    'by %i ms stores the time of a use before that shows',
    async (ms) => {
      let aheadMs = 0;
      const now = () => Date.now() + aheadMs;
      const { keystamp, issue, stored, close } = await createTestKeystamp({ now });
      const { apiKey, key } = await issue();
      const before = keystamp.now().getTime();
      aheadMs = ms;
      expect((await keystamp.validateUserApiKey(apiKey)).valid).toBe(true);
      await keystamp.flush();
      const lastUsedAt = (await stored(key.id)) as Date;
      const after = keystamp.now().getTime();
      await close();

      expect(lastUsedAt.getTime()).toBeGreaterThan(before - 5_000);
      expect(lastUsedAt.getTime()).toBeLessThan(after + 5_000);
    },
  );
});

describe('the warning of a wrong clock', () => {
  function createWorld() {
    const host = { aheadMs: 0 };
    const clock = new DatabaseClock(
      { onStep: () => {}, onNewServer: () => {} },
      () => 1_000_000 + host.aheadMs,
    );
    clock.read({
      sentAt: 1_000_000,
      receivedAt: 1_000_000,
      databaseMs: 1_000_000,
      serverStartedMs: 1,
    });
    const { logger, warnings } = createLogger();
    return { host, clock, warnings, warning: new ClockOffsetWarning(clock, logger) };
  }

  /** The host's clock is set, and the database's is read again. */
  function set({ host, clock }: ReturnType<typeof createWorld>, aheadMs: number) {
    host.aheadMs = aheadMs;
    const at = clock.hostNow();
    clock.read({ sentAt: at, receivedAt: at, databaseMs: 1_000_000, serverStartedMs: 1 });
  }

  it.each([
    [0, 0],
    [5_000, 0],
    [-5_000, 0],
    [5_001, 1],
    [-5_001, 1],
  ])('a host %i ms ahead: %i', (aheadMs, count) => {
    const world = createWorld();
    set(world, aheadMs);
    world.warning.check();
    expect(world.warnings).toHaveLength(count);
  });

  it('comes once, also when the clock is set while the instance runs', () => {
    const world = createWorld();
    world.warning.check();
    set(world, -90_000);
    for (let i = 0; i < 3; i++) world.warning.check();
    set(world, 60_000);
    world.warning.check();
    expect(world.warnings).toEqual([
      [
        { clockOffsetSeconds: -90 },
        'The clock of this host is 90 s behind the clock of the database. ' +
          'Keystamp uses the clock of the database. Times in the log are of this host.',
      ],
    ]);
  });
});
