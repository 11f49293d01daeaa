import { createTestDatabase, type TestDatabase } from '@keystamp/testing/databases/test-database';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  createKeystamp,
  type IssuedApiKey,
  type Keystamp,
  KeystampError,
} from '../../src/index.js';
import { auditKeys, type Change, readAudit } from './audit.js';
import { expectWholeHistory } from './history-model.js';

// Whole instances over a real database, each on a host whose clock is off by up to an hour.

const HOUR_MS = 3_600_000;
const HOSTS_AHEAD_MS = [0, HOUR_MS, -HOUR_MS, 61_234];
/** G4's, and half of a round trip. */
const EXACT_MS = 50 + 5;

let ground: TestDatabase;
let instances: Keystamp[];
beforeAll(async () => {
  ground = await createTestDatabase();
  await auditKeys(ground.database);
  instances = [];
  for (const aheadMs of HOSTS_AHEAD_MS) {
    instances.push(
      await createKeystamp({
        database: await ground.open(),
        precisionMs: 200,
        flushIntervalMs: 50,
        maxKeysPerUser: 100_000,
        now: () => performance.now() + aheadMs,
      }),
    );
  }
});
afterAll(async () => {
  for (const instance of instances) await instance.close();
  await ground.drop();
});

const ACTS = [
  'use',
  'flush',
  'rename',
  'rescope',
  'expire later',
  'disable',
  'enable',
  'sweep',
  'revoke',
  'rotate',
  'delete',
  'wrong clock',
] as const;
type Act = (typeof ACTS)[number];
interface Step {
  readonly act: Act;
  readonly by: number;
  readonly key: number;
}
const step: fc.Arbitrary<Step> = fc.record({
  act: fc.oneof(
    { weight: 12, arbitrary: fc.constant('use' as const) },
    { weight: 6, arbitrary: fc.constantFrom('flush', 'rename', 'rescope', 'expire later') },
    { weight: 6, arbitrary: fc.constantFrom('disable', 'enable', 'sweep') },
    { weight: 2, arbitrary: fc.constantFrom('revoke', 'rotate', 'delete', 'wrong clock') },
  ) as fc.Arbitrary<Act>,
  by: fc.nat(HOSTS_AHEAD_MS.length - 1),
  key: fc.nat(2),
});
/** Steps of an inner list happen at once. */
const schedule = fc.array(fc.array(step, { minLength: 1, maxLength: 6 }), {
  minLength: 1,
  maxLength: 12,
});

describe('uses, flushes, edits, stops, sweeps, rotations and deletions on several instances', () => {
  it('G2 G4 G5 K7 K8 change what they are about, and end at the true last use', async () => {
    await fc.assert(
      fc.asyncProperty(schedule, async (steps) => new Story().play(steps)),
      { numRuns: ground.kind === 'postgres' ? 20 : 8 },
    );
  }, 90_000);
});

class Story {
  readonly #keys: IssuedApiKey[] = [];
  /** The last use of a key was between these two. */
  readonly #lastUse = new Map<string, { from: number; to: number }>();
  readonly #revoked = new Set<string>();
  /** Whether a key is disabled; left out where two changes of it were made at once. */
  readonly #disabled = new Map<string, boolean>();
  /** Keys with a time ahead of the clock, not used since. */
  readonly #leftAhead = new Set<string>();

  async play(steps: readonly (readonly Step[])[]): Promise<void> {
    for (let i = 0; i < 3; i++) this.#keys.push(await this.#issue());
    for (const together of steps) {
      // First, so that each use beside it comes after it.
      for (const one of together) if (one.act === 'wrong clock') await this.#leaveAhead(one.key);
      await Promise.all(together.map((one) => this.#do(one)));
      this.#noteStops(together);
    }
    await Promise.all(instances.map((instance) => instance.flush()));
    const changes = await readAudit(ground.database);
    for (const change of changes) expectLawful(change);
    for (const { key } of this.#keys) {
      await this.#expectRight(key.id);
      await expectWholeHistory(instances[0] as Keystamp, key.id, changes);
    }
  }

  #issue(): Promise<IssuedApiKey> {
    return (instances[0] as Keystamp).createApiKey({
      userId: 'ada',
      name: 'A key',
      scopes: ['orders:read'],
      expiresAt: new Date(Date.now() + HOUR_MS),
    });
  }

  async #do({ act, by, key: at }: Step): Promise<void> {
    const instance = instances[by] as Keystamp;
    const { apiKey, key } = this.#keys[at] as IssuedApiKey;
    const { id } = key;
    switch (act) {
      case 'wrong clock':
        return;
      case 'use':
        return this.#use(instance, apiKey, id);
      case 'flush':
        return instance.flush();
      case 'revoke':
        if ((await instance.revokeApiKey(id)) !== null) this.#revoked.add(id);
        return;
      case 'disable':
        return void (await instance.disableApiKey(id).catch(refused));
      case 'enable':
        return void (await instance.enableApiKey(id).catch(refused));
      case 'sweep':
        return this.#sweep(instance, id);
      case 'delete':
        return void (await instance.deleteApiKey(id));
      case 'rotate':
        return void (await instance.rotateApiKey(id, { graceSeconds: 3_600 }).catch(refused));
      case 'rename':
        return void (await instance.updateApiKey(id, { name: `By ${by}` }).catch(refused));
      case 'rescope':
        return void (await instance.updateApiKey(id, { scopes: ['a', 'b'] }).catch(refused));
      case 'expire later':
        return void (await instance
          .updateApiKey(id, { expiresAt: new Date(Date.now() + 2 * HOUR_MS) })
          .catch(refused));
    }
  }

  /** As a clean-up does it: a look, and a little later the stop. What was seen goes along in the history. */
  async #sweep(instance: Keystamp, id: string): Promise<void> {
    const seen = await instance.getApiKey(id);
    if (seen === null) return;
    await new Promise(setImmediate);
    const name = seen.lastUsedAt?.toISOString() ?? 'never used';
    await instance.disableApiKeys([seen], { actor: { kind: 'policy', name } });
  }

  /** Of changes at once nobody knows the order. A sweep may find the key used. */
  #noteStops(together: readonly Step[]): void {
    for (const [at, { key }] of this.#keys.entries()) {
      const stops = together.filter(
        (one) => one.key === at && ['disable', 'enable', 'sweep'].includes(one.act),
      );
      const [only] = stops;
      if (only === undefined) continue;
      if (stops.length > 1 || only.act === 'sweep') this.#disabled.delete(key.id);
      else if (!this.#revoked.has(key.id)) this.#disabled.set(key.id, only.act === 'disable');
      else this.#disabled.delete(key.id);
    }
  }

  async #use(instance: Keystamp, apiKey: string, id: string): Promise<void> {
    const from = Date.now();
    const { valid } = await instance.validateUserApiKey(apiKey);
    if (!valid) return;
    this.#leftAhead.delete(id);
    const last = this.#lastUse.get(id) ?? { from: 0, to: 0 };
    this.#lastUse.set(id, { from: Math.max(last.from, from), to: Math.max(last.to, Date.now()) });
  }

  async #leaveAhead(at: number): Promise<void> {
    const { id } = (this.#keys[at] as IssuedApiKey).key;
    const text = `update keystamp.api_keys set last_used_at = clock_timestamp() + interval '1 day' where id = $1`;
    await ground.database.query(text, [id]);
    this.#leftAhead.add(id);
  }

  async #expectRight(id: string): Promise<void> {
    const key = await (instances[0] as Keystamp).getApiKey(id);
    if (key === null) return;
    expect(key.revokedAt !== null, 'revoked').toBe(this.#revoked.has(id));
    const isDisabled = this.#disabled.get(id);
    if (isDisabled !== undefined) expect(key.disabledAt !== null, 'disabled').toBe(isDisabled);
    const last = this.#lastUse.get(id);
    // A use from before it, which was not stored yet, replaces it too.
    if (this.#leftAhead.has(id) && (key.lastUsedAt?.getTime() ?? 0) > Date.now() + HOUR_MS) return;
    if (last === undefined) return expect(key.lastUsedAt).toBeNull();
    expect(key.lastUsedAt?.getTime()).toBeGreaterThanOrEqual(last.from - EXACT_MS);
    expect(key.lastUsedAt?.getTime()).toBeLessThanOrEqual(last.to + EXACT_MS);
  }
}

/** A revoked key is refused its edits, and a rotated one a second successor. */
function refused(error: unknown): void {
  if (
    !(error instanceof KeystampError) ||
    !/^key_(revoked|expired|disabled|rotated)$/.test(error.code)
  )
    throw error;
}

function expectLawful(change: Change): void {
  if (change.changed.includes('last_used_at')) {
    expect(change.changed, 'a flush sets one column').toEqual(['last_used_at']);
    const isAhead = (ms: number | null) => (ms ?? 0) > change.at + HOUR_MS;
    // Left ahead by hand.
    if (isAhead(change.usedAfter)) return;
    const before = isAhead(change.usedBefore) ? 0 : (change.usedBefore ?? 0);
    expect(change.usedAfter, 'never back').toBeGreaterThan(before);
    expect(change.usedAfter, 'never ahead').toBeLessThanOrEqual(change.at);
  }
  if (change.revokedBefore !== null) {
    expect(change.revokedAfter, 'never revived').toBe(change.revokedBefore);
  }
}
