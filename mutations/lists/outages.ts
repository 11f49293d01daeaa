import { type Mutation, testsOf } from '../mutation.js';

const VALIDATOR = 'packages/core/src/validation/validator.ts';
const BREAKER = 'packages/core/src/validation/circuit-breaker.ts';
const DEADLINE = 'packages/core/src/database/query-with-deadline.ts';

const TESTS = 'packages/core/test/validation';
const outage = testsOf('core-postgres', `${TESTS}/outage.postgres.test.ts`);
const races = testsOf('core-postgres', `${TESTS}/races.postgres.test.ts`);

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
];
