import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DatabaseClock } from '../../src/clock/database-clock.js';

const SERVER = 1;

/** A world in which the host is `hostAhead` ms ahead of the database, and each message takes the time given. */
function createWorld(hostAhead: number) {
  let trueMs = 1_000_000;
  const events: ['step' | 'server', number][] = [];
  const clock = new DatabaseClock(
    {
      onStep: (stepMs) => events.push(['step', stepMs]),
      onNewServer: (stepMs) => events.push(['server', stepMs]),
    },
    () => trueMs + hostAhead,
  );
  return {
    clock,
    events,
    pass: (ms: number) => {
      trueMs += ms;
    },
    get databaseMs() {
      return trueMs;
    },
    ask(thereMs: number, backMs: number, { server = SERVER, databaseAhead = 0 } = {}) {
      const sentAt = clock.hostNow();
      trueMs += thereMs;
      const databaseMs = trueMs + databaseAhead;
      trueMs += backMs;
      clock.read({ sentAt, receivedAt: clock.hostNow(), databaseMs, serverStartedMs: server });
    },
  };
}

describe("the database's clock as a host knows it", () => {
  it('G5 is off by at most half the fastest round trip, however far the host is off', () => {
    const delay = fc.integer({ min: 0, max: 500 });
    const hour = 3_600_000;
    fc.assert(
      fc.property(
        fc.integer({ min: -hour, max: hour }),
        fc.array(fc.tuple(delay, delay), { minLength: 1 }),
        (hostAhead, delays) => {
          const world = createWorld(hostAhead);
          for (const [there, back] of delays) world.ask(there, back);
          const fastest = Math.min(...delays.map(([there, back]) => there + back));
          const elapsed = delays.reduce((sum, [there, back]) => sum + there + back, 0);
          const error = Math.abs(world.clock.now() - world.databaseMs);
          expect(error).toBeLessThanOrEqual(fastest / 2 + elapsed * 200e-6 + 1e-6);
        },
      ),
    );
  });

  it('bounds the true time', () => {
    const world = createWorld(-5_000);
    world.ask(30, 10);
    world.pass(60_000);
    const { earliest, latest } = world.clock.bounds(world.clock.hostNow());
    expect(earliest).toBeLessThanOrEqual(world.databaseMs);
    expect(latest).toBeGreaterThanOrEqual(world.databaseMs);
    expect(latest - earliest).toBeLessThan(100);
  });

  it('tells of a step of the clock of the same server, and not of jitter', () => {
    const world = createWorld(0);
    for (let i = 1; i < 50; i++) world.ask(i % 7, i % 11);
    expect(world.events).toEqual([]);
    world.ask(1, 1, { databaseAhead: 3_600_000 });
    expect(world.events).toEqual([['step', expect.closeTo(3_600_000, -2)]]);
  });

  it('G4 keeps what it knows of the clock when the server is started anew and its first answer is slow', () => {
    const world = createWorld(0);
    world.ask(1, 1);
    world.ask(400, 0, { server: 2 });
    expect(Math.abs(world.clock.now() - world.databaseMs)).toBeLessThanOrEqual(2);
  });

  it('G4 tells by how much a rough estimate was off once a better one is there', () => {
    const world = createWorld(0);
    world.ask(200, 0);
    const rough = world.clock.now() - world.databaseMs;
    expect(Math.abs(rough)).toBeCloseTo(100, 0);
    world.ask(1, 1);
    expect(world.events).toEqual([['step', expect.closeTo(-rough, -1)]]);
  });

  it('tells of another server, and of a step only where its clock stands elsewhere', () => {
    const world = createWorld(0);
    const names = () => world.events.map(([name]) => name);
    world.ask(1, 1);
    world.ask(1, 1, { server: 2, databaseAhead: 5 });
    expect(names()).toEqual(['server']);
    world.ask(1, 1, { server: 3, databaseAhead: -60_000 });
    expect(names()).toEqual(['server', 'step', 'server']);
    expect(world.clock.now()).toBeCloseTo(world.databaseMs - 60_000, -1);
  });
});
