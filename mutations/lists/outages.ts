import { type Mutation, testsOf } from '../mutation.js';

const VALIDATOR = 'packages/core/src/validation/validator.ts';
const BREAKER = 'packages/core/src/validation/circuit-breaker.ts';
const DEADLINE = 'packages/core/src/database/query-with-deadline.ts';

const TESTS = 'packages/core/test/validation';
const outage = testsOf('core-postgres', `${TESTS}/outage.postgres.test.ts`);
const load = testsOf('core-postgres', `${TESTS}/load.postgres.test.ts`);
const races = testsOf('core-postgres', `${TESTS}/races.postgres.test.ts`);
const formats = testsOf('core-postgres', `${TESTS}/imported-formats.test.ts`);
const flood = testsOf('core-postgres', `${TESTS}/flood.postgres.test.ts`);
const lanes = testsOf('core-postgres', 'packages/core/test/database/lanes.test.ts');
const failures = testsOf('core-postgres', 'packages/core/test/failures.test.ts');
const refusedPools = testsOf('core-postgres', 'packages/core/test/failures.postgres.test.ts');
const middleware = testsOf(
  'core-postgres',
  'packages/core/test/middleware/outage.postgres.test.ts',
);

const connections = testsOf('server-embedded', 'packages/server/test/connections-first.test.ts');

/** The database is away, slow or busy: what is answered then. */
export const outages: readonly Mutation[] = [
  {
    promises: ['K4'],
    takenOut: 'A new LISTEN connection counts only once the database answers again.',
    file: 'packages/core/src/invalidation/change-listener.ts',
    replace: 'await this.#beforeLive();',
    by: '',
    test: outage('refuses no known key, before, in between and after'),
  },
  {
    promises: ['K4'],
    takenOut: 'Without the database an unknown key fails as an outage; it is not refused.',
    file: VALIDATOR,
    replace:
      "return Promise.reject(new KeystampError('database_unavailable', message, { cause }));",
    by: 'void [message, cause];\n    return Promise.resolve(UNKNOWN);',
    test: outage('answers for an unknown key that it cannot tell'),
  },
  {
    promises: ['K4'],
    takenOut: 'An outage is answered with 503.',
    file: 'packages/core/src/http/refusal.ts',
    replace: "const isAway = code === 'database_unavailable' || isDatabaseAway(error);",
    by: 'const isAway = false;',
    test: middleware('while the database is away every key answers 503'),
  },
  {
    promises: ['K4'],
    takenOut: 'Some connections are kept for validations.',
    file: 'packages/core/src/database/postgres/lanes.ts',
    replace: "(lane === 'validation' ? validation : others).take({",
    by: '(void validation, others).take({',
    test: lanes('gives validation one that is kept for it'),
  },
  {
    promises: ['K4'],
    takenOut: 'A pool that is all in use is no outage.',
    file: VALIDATOR,
    replace: 'if (isOverload(error) && !breaker.isOpen) throw error;',
    by: '',
    test: load('answers for known keys, and says of others that it is overloaded'),
  },
  {
    promises: ['K4'],
    takenOut: 'Every error of a driver gets the code of an outage.',
    file: 'packages/core/src/database/outage.ts',
    replace: 'if (!isDatabaseAway(error) && !isDriverError(error)) return error;',
    by: 'if (!isDatabaseAway(error)) return error;',
    test: failures('where the schema is dropped'),
  },
  {
    promises: ['K4'],
    takenOut: 'An error of a driver without a code is known as one.',
    file: 'packages/core/src/database/postgres/driver-error.ts',
    replace: '  thrown.add(error);\n',
    by: '',
    test: refusedPools('where the pool was ended by its owner'),
  },
  {
    promises: ['K4'],
    takenOut: 'After `close()` every function fails with `closed`.',
    file: 'packages/core/src/keys/api-guard.ts',
    replace: '      this.requireOpen();\n      try {',
    by: '      try {',
    test: failures('after close(), though the database that was handed in goes on'),
  },
  {
    promises: ['K4'],
    takenOut: 'A query that takes too long is cancelled.',
    file: DEADLINE,
    replace: 'void cancel(session.backendPid).catch(() => {});',
    by: 'void cancel;',
    test: outage('for a lock on the table: known keys are served'),
  },
  {
    promises: ['G7', 'K4'],
    takenOut: 'The log reports an outage once a minute.',
    file: BREAKER,
    replace: 'this.#isReported = now - this.#reportedAt >= MINUTE_MS;',
    by: 'this.#isReported = true;',
    test: outage('has a line each of what happened'),
  },
  {
    promises: ['K4'],
    takenOut: 'Notifications about imported keys share one query.',
    file: 'packages/core/src/validation/imported-formats.ts',
    replace: 'return this.#reads.ask();',
    by: 'return this.#read();',
    test: formats('K4 costs one question at a time'),
  },
  {
    promises: ['K4'],
    takenOut: 'The same, in a flood of 400,000 notifications.',
    file: 'packages/core/src/validation/imported-formats.ts',
    replace: 'return this.#reads.ask();',
    by: 'return this.#read();',
    test: flood('K4 a flood of notifications'),
  },
  {
    promises: ['K4'],
    takenOut: 'A query on a broken connection is tried once more on a new one.',
    file: DEADLINE,
    replace: 'if (!isBroken(error)) throw error;',
    by: 'if (isBroken(error) || error !== null) throw error;',
    test: races('is replaced, and the question asked again'),
  },
  {
    promises: ['K4'],
    takenOut: 'A time limit ends one turn later, so that an answer that has arrived counts.',
    file: 'packages/core/src/async/with-timeout.ts',
    replace: 'setTimeout(() => setImmediate(giveUp), ms)',
    by: 'setTimeout(giveUp, ms)',
    test: races('does not take its own delay'),
  },
  {
    promises: ['K4'],
    takenOut: 'What can wait does not run while connections are opened.',
    file: 'packages/server/src/http/connections-first.ts',
    replace: 'if (connections.isIdle) done();',
    by: 'if (connections.isIdle || request.id !== undefined) done();',
    test: connections('K4 is answered before all of them'),
  },
  {
    promises: ['K4'],
    takenOut: 'Networks take turns among the requests that wait.',
    file: 'packages/server/src/http/group-queue.ts',
    replace:
      'this.#groups.delete(group);\n    if (queue.length > 0) this.#groups.set(group, queue);',
    by: 'if (queue.length === 0) this.#groups.delete(group);',
    test: connections('of one network do not hold up those of another'),
  },
];
