import type { Database } from '../database/database.js';
import { ArgumentError } from '../errors.js';
import type { PendingUses } from '../last-used/pending-uses.js';
import { checkActor } from '../model/actor.js';
import { checkBoolean, checkUserId, checkWholeNumber } from '../model/arguments.js';
import { checkFields, type FieldsOf } from '../model/known-fields.js';
import type { SweepOutcome, SweepPolicy, SweepResult, SweptApiKey } from '../model/sweep.js';
import { MAX_DAYS } from '../rules/index.js';
import {
  BEFORE_ALL_KEYS,
  type CreationPosition,
  findStaleKeys,
  type StaleFilter,
  type StaleKey,
} from '../sql/find-stale-keys.js';
import type { Stop } from '../sql/stop-keys.js';
import type { ApiGuard } from './api-guard.js';
import type { KeyChanger } from './change-keys.js';

const POLICY: FieldsOf<SweepPolicy> = {
  disableUnused: true,
  revokeUnused: true,
  revokeDisabled: true,
  userId: true,
  dryRun: true,
  actor: true,
  onKeys: true,
};

export interface KeySweeperOptions {
  readonly database: Database;
  readonly changer: KeyChanger;
  readonly pending: PendingUses;
  readonly guard: ApiGuard;
}

export interface Policy extends StaleFilter {
  readonly isDryRun: boolean;
  readonly actor: string;
  readonly onKeys: NonNullable<SweepPolicy['onKeys']>;
}

/** Stops the keys that a policy finds stale, piece by piece in the order of their creation, which no use changes. */
export class KeySweeper {
  readonly #options: KeySweeperOptions;

  constructor(options: KeySweeperOptions) {
    this.#options = options;
  }

  async sweep(given: SweepPolicy): Promise<SweepResult> {
    const policy = checkPolicy(given);
    const counts: Record<SweepOutcome, number> = noCounts();
    for (let after: CreationPosition | null = BEFORE_ALL_KEYS; after !== null; ) {
      this.#options.guard.requireOpen();
      const { keys, last } = await findStaleKeys(this.#options.database, policy, after);
      const swept = await this.#settle(policy, keys);
      for (const { outcome } of swept) counts[outcome]++;
      if (swept.length > 0) await policy.onKeys(swept);
      after = last;
    }
    const { used_meanwhile, changed_meanwhile, ...rest } = counts;
    return { ...rest, usedMeanwhile: used_meanwhile, changedMeanwhile: changed_meanwhile };
  }

  /** One outcome a key, in order. */
  async #settle(policy: Policy, found: readonly StaleKey[]): Promise<SweptApiKey[]> {
    const stale = found.filter(({ isKept }) => !isKept);
    const outcomes = policy.isDryRun
      ? await this.#foresee(stale)
      : new Map([
          ...(await this.#stop('revoked', policy.revoke, policy, stale)),
          ...(await this.#stop('disabled', policy.disable, policy, stale)),
        ]);
    return found.map(({ key, isKept }) => ({
      key,
      outcome: isKept ? 'kept' : (outcomes.get(key.id) ?? 'changed_meanwhile'),
    }));
  }

  async #stop(
    stop: Stop,
    staleAfter: StaleFilter['revoke'],
    { userId, actor }: Policy,
    found: readonly StaleKey[],
  ): Promise<[string, SweepOutcome][]> {
    const keys = found.filter((one) => one.stop === stop).map(({ key }) => key);
    if (keys.length === 0) return [];
    const stopped = await this.#options.changer.stopStale(stop, keys, staleAfter, {
      userId,
      actor,
    });
    return stopped.map(({ id, outcome }) => [id, toSweepOutcome(outcome)]);
  }

  /** What a stop would do, as far as this instance knows: it has the uses in its memory too. */
  async #foresee(found: readonly StaleKey[]): Promise<Map<string, SweepOutcome>> {
    const { pending } = this.#options;
    const watch = await pending.watch(new Set(found.map(({ key }) => key.id)));
    pending.unwatch(watch);
    const newest = watch.newest();
    return new Map(
      found.map(({ key, stop }) => {
        const usedMs = newest.get(key.id) ?? Number.NEGATIVE_INFINITY;
        const seenMs = key.lastUsedAt?.getTime() ?? Number.NEGATIVE_INFINITY;
        return [key.id, usedMs > seenMs ? 'used_meanwhile' : stop];
      }),
    );
  }
}

function noCounts(): Record<SweepOutcome, number> {
  return { disabled: 0, revoked: 0, kept: 0, used_meanwhile: 0, changed_meanwhile: 0 };
}

/** A key that is stopped already, or gone, was changed by somebody since it was looked at. */
function toSweepOutcome(outcome: SweepOutcome | 'already' | 'not_found'): SweepOutcome {
  return outcome === 'already' || outcome === 'not_found' ? 'changed_meanwhile' : outcome;
}

export function checkPolicy(given: SweepPolicy): Policy {
  const policy = checkFields(given, POLICY, 'policy');
  const { dryRun = false, onKeys = () => {} } = policy;
  if (typeof onKeys !== 'function') throw new ArgumentError('onKeys', 'a function');
  const disableUnused = daysOf(policy, 'disableUnused');
  const revokeUnused = daysOf(policy, 'revokeUnused');
  const revokeDisabled = daysOf(policy, 'revokeDisabled');
  if (disableUnused === null && revokeUnused === null && revokeDisabled === null) {
    throw new ArgumentError('policy', 'disableUnused, revokeUnused or revokeDisabled, in days');
  }
  return {
    revoke: { unusedDays: revokeUnused, disabledDays: revokeDisabled },
    disable: { unusedDays: disableUnused, disabledDays: null },
    // A limit that came out as undefined must not become everybody's keys.
    userId: Object.hasOwn(policy, 'userId') ? checkUserId(policy.userId) : null,
    isDryRun: checkBoolean(dryRun, 'dryRun'),
    actor: checkActor(policy.actor),
    onKeys,
  };
}

function daysOf(
  policy: SweepPolicy,
  field: 'disableUnused' | 'revokeUnused' | 'revokeDisabled',
): number | null {
  const days = policy[field];
  return days === undefined ? null : checkWholeNumber(days, field, 1, MAX_DAYS);
}
