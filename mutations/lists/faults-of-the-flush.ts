import { type Mutation, testsOf } from '../mutation.js';

const FLUSHER = 'packages/core/src/last-used/flusher.ts';

const LAST_USED = 'packages/core/test/last-used';
const outage = testsOf('core-postgres', `${LAST_USED}/outage.postgres.test.ts`);
const flush = testsOf('core-postgres', `${LAST_USED}/flush.postgres.test.ts`);
const stop = testsOf('core-postgres', `${LAST_USED}/stop.test.ts`);
const schedule = testsOf(
  'core-embedded',
  'packages/core/test/properties/schedule.embedded.test.ts',
);
const logger = testsOf('core-postgres', 'packages/core/test/logger.postgres.test.ts');
const logOutput = testsOf('server-embedded', 'packages/server/test/log-output.test.ts', {
  isOfBuild: true,
});
const signals = testsOf(
  'server-embedded',
  'packages/server/test/cli/stop-signals.embedded.test.ts',
  { isOfBuild: true },
);

const FAULTS = 'known keys are served, their uses kept and written on recovery';

/** Faults of the database and of the log, and the end of a process. */
export const faultsOfTheFlush: readonly Mutation[] = [
  {
    promises: ['G7'],
    takenOut: 'The uses of a failed statement stay pending.',
    file: FLUSHER,
    replace: 'for (const stamp of batch) this.pending.requeue(stamp, notBefore);',
    by: 'void notBefore;\n    for (const stamp of batch) this.pending.settle(stamp);',
    test: outage(FAULTS),
  },
  {
    promises: ['G7'],
    takenOut: 'A warning is written once a minute.',
    file: 'packages/core/src/log.ts',
    replace: 'if (entry !== undefined && now - entry.at < MINUTE_MS) {',
    by: 'if (entry !== undefined && now - entry.at < 0) {',
    test: outage(FAULTS),
  },
  {
    promises: ['G7'],
    takenOut: 'A statement that takes too long is cancelled.',
    file: 'packages/core/src/last-used/write-batch.ts',
    replace: 'if (backendPid !== null) cancelling = cancel(backendPid).catch(() => {});',
    by: 'void cancel;',
    test: outage('G7 the table locked'),
  },
  {
    promises: ['G7'],
    takenOut: 'A row that fails is narrowed down by smaller statements.',
    file: FLUSHER,
    replace: 'if (isAboutRow) this.#mostRows = Math.max(1, Math.floor(batch.length / 4));',
    by: '',
    test: outage('G7 a trigger that fails for one row'),
  },
  {
    promises: ['G7'],
    takenOut: 'Nothing is kept for a row that is gone.',
    file: FLUSHER,
    replace: "case 'gone':\n        this.pending.settle(stamp);",
    by: "case 'gone':\n        this.pending.requeue(stamp);",
    test: outage('G7 rows that are gone'),
  },
  {
    promises: ['G7'],
    takenOut: 'Calls of `flush()` during a flush share the next one.',
    file: 'packages/core/src/async/coalescer.ts',
    replace: 'if (this.#next !== null) return this.#next;',
    by: '',
    test: flush('G7 flush() with each request holds no more than two'),
  },
  {
    promises: ['G7'],
    takenOut: 'An error of the logger is caught.',
    file: 'packages/core/src/options.ts',
    replace: 'if (isLogger) return guardLogger(logger);',
    by: 'if (isLogger) return logger;',
    test: logger('before, in and after an outage'),
  },
  {
    promises: ['G7'],
    takenOut: 'The server counts each log line that it could not write.',
    file: 'packages/server/src/log/log-output.ts',
    replace: '    this.#dropped++;\n',
    by: '',
    test: logOutput('starts, changes keys and stops as ever, and counts the lines'),
  },
  {
    promises: ['G7'],
    takenOut: 'Log lines that wait for a slow reader are bounded.',
    file: 'packages/server/src/log/log-output.ts',
    replace: 'const MAX_WAITING_BYTES = 1024 * 1024;',
    by: 'const MAX_WAITING_BYTES = 1024 ** 4;',
    test: logOutput('holds up no request and little memory'),
  },
  {
    promises: ['G8'],
    takenOut: '`flush()` waits for the uses that are being written.',
    file: FLUSHER,
    replace: '[...this.pending.pieces(), this.#inFlight]',
    by: '[...this.pending.pieces()]',
    test: flush('G8 flush() waits for'),
  },
  {
    promises: ['G8'],
    takenOut: '`flush()` waits for the uses that are due.',
    file: 'packages/core/src/last-used/pending-uses.ts',
    replace: 'const due = this.#due.map(({ stamps }) => stamps);',
    by: 'const due: StampList[] = [];',
    test: flush('G8 flush() waits for'),
  },
  {
    promises: ['G8'],
    takenOut: '`flush()` after the end rejects while uses are pending.',
    file: FLUSHER,
    replace: 'if (this.#closed) throw closed();',
    by: 'if (this.#closed) return;',
    test: flush('G8 flush() after close()'),
  },
  {
    promises: ['G8'],
    takenOut: '`close()` writes the rest.',
    file: FLUSHER,
    replace: 'this.#running.then(() => this.#writeTheRest(deadline));',
    by: 'this.#running.then(() => void deadline);',
    test: stop('G8 writes thousands of keys in one stop'),
  },
  {
    promises: ['G8'],
    takenOut: '`close()` does not wait for a window.',
    file: FLUSHER,
    replace: 'await this.#write(this.pending.take(MAX_ROWS), 0);',
    by: 'await this.#write(this.pending.take(MAX_ROWS), this.#options.timing.windowMs);',
    test: stop('G8 writes what is pending whatever its window'),
  },
  {
    promises: ['G8'],
    takenOut: '`flush()` resolves when the uses are stored, not before.',
    file: FLUSHER,
    replace: '    await stored;\n',
    by: '    void stored;\n',
    test: stop('G8 resolves when every use so far is stored'),
  },
  {
    promises: ['G8'],
    takenOut: 'The flush does not begin a rest once it stops.',
    file: FLUSHER,
    replace:
      '      if (this.#stopping) return;\n      await this.#wait(this.#rest, tookMs === null',
    by: '      await this.#wait(this.#rest, tookMs === null',
    test: schedule('G4 G5 thousands of them'),
  },
  {
    promises: ['G8'],
    takenOut: 'SIGHUP and the other signals stop the server in order.',
    file: 'packages/server/src/cli/stop-signals.ts',
    replace: 'if (process.listenerCount(signal) === 0) process.on(signal, onSignal);',
    by: 'void onSignal;',
    test: signals('stops'),
  },
];
