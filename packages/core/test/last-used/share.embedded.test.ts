import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Fate } from '../properties/model-database.js';
import { ModelServer } from '../properties/model-database.js';
import { ModelInstance } from '../properties/model-fleet.js';
import { VirtualTime } from '../properties/virtual-time.js';

// In virtual time, see `properties/`.

const KEYS = 20_000;
const TOOK_MS = 20;
const timing = { windowMs: 1_000, flushIntervalMs: 500 };

let time: VirtualTime;
let server: ModelServer;
beforeEach(() => {
  time = new VirtualTime(2_000_000_000);
  time.install();
  server = new ModelServer(time);
});
afterEach(() => time.restore());

describe('more keys than the flush may write', () => {
  it('G3 it takes a tenth of the time, keeps the rest, tells how far behind it is and catches up', async () => {
    const sentAt: number[] = [];
    const nextFate = (): Fate => {
      sentAt.push(time.now);
      return { toMs: TOOK_MS / 2, backMs: TOOK_MS / 2, outcome: 'answered' };
    };
    const instance = new ModelInstance(time, server, { timing, hostAheadMs: 0, nextFate });
    const ids = Array.from({ length: KEYS }, () => randomUUID());
    for (const id of ids) server.addRow(id);
    for (const id of ids) instance.use(id);
    const usedAt = time.now;

    await time.runUntil(usedAt + 2_500);
    expect(instance.pendingCount).toBeGreaterThan(0);
    expect(instance.lagMs()).toBeGreaterThan(2_000);

    await time.runUntil(usedAt + 10_000);
    expect(instance.pendingCount).toBe(0);
    expect(instance.lagMs()).toBe(0);
    expect(sentAt).toHaveLength(KEYS / 1_000);
    const gaps = sentAt.slice(1).map((at, i) => at - (sentAt[i] as number));
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(10 * TOOK_MS);
    expect([...server.rows.values()].every(({ lastUsedMs }) => lastUsedMs === usedAt)).toBe(true);
  });

  it('G3 under use without end it tells the wait of the longest-waiting key, not of the first ever', async () => {
    const nextFate = (): Fate => ({ toMs: 10, backMs: 10, outcome: 'answered' });
    const instance = new ModelInstance(time, server, { timing, hostAheadMs: 0, nextFate });
    // Ten statements' worth a round, of which each takes 200 ms with its rest: a round of two seconds.
    const ids = Array.from({ length: 10_000 }, () => randomUUID());
    for (const id of ids) server.addRow(id);
    for (let second = 0; second < 30; second++) {
      for (const id of ids) instance.use(id);
      await time.runUntil(time.now + 1_000);
    }
    expect(instance.pendingCount).toBeGreaterThan(0);
    expect(instance.lagMs()).toBeLessThan(5_000);
  });

  it('G7 a statement that lay in a pooler while the database was away does not make the next one late', async () => {
    const sentAt: number[] = [];
    const nextFate = (): Fate => {
      sentAt.push(time.now);
      return { toMs: sentAt.length === 2 ? 8_000 : 10, backMs: 10, outcome: 'answered' };
    };
    const instance = new ModelInstance(time, server, { timing, hostAheadMs: 0, nextFate });
    const ids = Array.from({ length: 3_000 }, () => randomUUID());
    for (const id of ids) server.addRow(id);
    for (const id of ids) instance.use(id);
    await time.runUntil(time.now + 100_000);
    const [, queued, next] = sentAt as [number, number, number];
    expect(next - queued).toBeGreaterThanOrEqual(8_000);
    expect(next - queued).toBeLessThan(9_000);
  });
});
