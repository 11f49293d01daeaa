import { type Mutation, testsOf } from '../mutation.js';

const FLUSHER = 'packages/core/src/last-used/flusher.ts';
const SCHEDULE = 'packages/core/src/last-used/flush-schedule.ts';
const CLOCK = 'packages/core/src/clock/database-clock.ts';

const LAST_USED = 'packages/core/test/last-used';
const bound = testsOf('core-embedded', `${LAST_USED}/bound.embedded.test.ts`);
const share = testsOf('core-embedded', `${LAST_USED}/share.embedded.test.ts`);
const locks = testsOf('core-postgres', `${LAST_USED}/locks.postgres.test.ts`);
const clock = testsOf('core-embedded', 'packages/core/test/clock/database-clock.test.ts');
const jumps = testsOf('core-embedded', 'packages/core/test/clock/clock-jump-detector.test.ts');
const schedule = testsOf(
  'core-embedded',
  'packages/core/test/properties/schedule.embedded.test.ts',
);

const VERSIONS = 'G3 are at most 2 T / window + 6';
const THOUSANDS = 'G4 G5 thousands of them';

/** When a use is written, what happens to one that is not, and by which clock. */
export const flushSchedule: readonly Mutation[] = [
  {
    promises: ['G3'],
    takenOut: 'Uses that are 25 ms apart count as one.',
    file: 'packages/core/src/last-used/write-batch.ts',
    replace: 'const NEAR_MS = 25;',
    by: 'const NEAR_MS = 0;',
    test: bound(VERSIONS),
  },
  {
    promises: ['G3'],
    takenOut: 'A use that waits is looked at when its window opens.',
    file: SCHEDULE,
    replace: 'return nowMs < opensAt ? Math.min(at, opensAt) : at;',
    by: 'return at;',
    test: bound(VERSIONS),
  },
  {
    promises: ['G3'],
    takenOut: 'When a window opens, an older use waits longer than a newer one.',
    file: SCHEDULE,
    replace:
      'return opensAt + Math.min(1, (opensAt - usedAt) / timing.windowMs) * timing.flushIntervalMs;',
    by: 'return opensAt;',
    test: bound(VERSIONS),
  },
  {
    promises: ['G3'],
    takenOut: 'The flush rests nine times as long as its statement took.',
    file: FLUSHER,
    replace: 'const REST = 9;',
    by: 'const REST = 0;',
    test: share('G3 it takes a tenth of the time'),
  },
  {
    promises: ['G7'],
    takenOut: 'The time that a flush lay in a pooler is no work of the database.',
    file: 'packages/core/src/last-used/write-batch.ts',
    replace: 'const tookMs = Math.max(0, receivedAt - sentAt - queuedMs);',
    by: 'void queuedMs;\n    const tookMs = receivedAt - sentAt;',
    test: share('G7 a statement that lay in a pooler'),
  },
  {
    promises: ['G4'],
    takenOut: 'A key that was used again during its write stays pending.',
    file: FLUSHER,
    replace:
      'if (stamp.usedAt > sent) this.pending.requeue(stamp);\n    else this.pending.settle(stamp);',
    by: 'void sent;\n    this.pending.settle(stamp);',
    test: schedule(THOUSANDS),
  },
  {
    promises: ['G4'],
    takenOut: 'A use that came too soon is tried again.',
    file: FLUSHER,
    replace:
      'stamp.storedAt = one.storedMs ?? stamp.storedAt;\n        this.pending.requeue(stamp);',
    by: 'this.pending.settle(stamp);',
    test: schedule('G4 on a sound network'),
  },
  {
    promises: ['G4', 'G9'],
    takenOut: 'A use whose row is locked is tried again.',
    file: FLUSHER,
    replace: 'this.pending.requeue(stamp, databaseMs + this.#options.timing.flushIntervalMs);',
    by: 'this.pending.settle(stamp);',
    test: locks('G4 G9 keeps its use for the first flush after'),
  },
  {
    promises: ['G4'],
    takenOut: 'When the clock moves, uses that are being written move with it.',
    file: FLUSHER,
    replace: 'this.#inFlight.forEach(move);',
    by: '',
    test: schedule('G4 a use whose write is on its way'),
  },
  {
    promises: ['G4'],
    takenOut: 'What was written last is written again to a new server.',
    file: FLUSHER,
    replace: 'this.pending.markPendingAgain(stamp);',
    by: '',
    test: schedule('G4 what was acknowledged and lost with the old server'),
  },
  {
    promises: ['G4'],
    takenOut: 'What is written again to a new server moves to the clock of that server.',
    file: FLUSHER,
    replace: 'if (!stamp.pending) stamp.usedAt += stepMs;',
    by: 'void stepMs;',
    test: schedule('G4 what was acknowledged and lost with the old server'),
  },
  {
    promises: ['G5'],
    takenOut: 'A stored time ahead of the clock is forgotten by the instance at the next use.',
    file: 'packages/core/src/last-used/pending-uses.ts',
    replace: 'if (stamp.storedAt > nowMs + MAX_AHEAD_MS) stamp.storedAt = NOTHING_STORED;',
    by: '',
    test: schedule('G5 a clock that is put right'),
  },
  {
    promises: ['G5'],
    takenOut:
      "The estimate of the database's clock is the middle of its bounds (tried: 0.5 s more).",
    file: CLOCK,
    replace: 'this.#offset = (low + high) / 2;',
    by: 'this.#offset = (low + high) / 2 + 500;',
    test: clock('G5 is off by at most half the fastest round trip'),
  },
  {
    promises: ['G5'],
    takenOut: 'A retry sends the time of the use, not the time of the retry.',
    file: 'packages/core/src/last-used/write-batch.ts',
    replace: 'const usedAt = batch.map((stamp) => stamp.usedAt);',
    by: 'const usedAt = batch.map(() => clock.now());',
    test: schedule(THOUSANDS),
  },
  {
    promises: ['G5'],
    takenOut: 'A second jump of the clock while the database answers is asked about again.',
    file: 'packages/core/src/clock/clock-jump-detector.ts',
    replace: 'if (jumps === this.#jumps) this.#since = null;',
    by: 'void jumps;\n    this.#since = null;',
    test: jumps('G5 a clock that jumps while the database is asked'),
  },
];
