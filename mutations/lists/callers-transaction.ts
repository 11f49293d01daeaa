import { type Mutation, testsOf } from '../mutation.js';

const CALLERS_TRANSACTION = 'packages/core/src/database/callers-transaction.ts';

const KEYS = 'packages/core/test/keys';
const both = testsOf('core-postgres', `${KEYS}/callers-transaction.test.ts`);
const onPostgres = testsOf('core-postgres', `${KEYS}/callers-transaction.postgres.test.ts`);

/** What a change in a transaction of the caller must not do to the transaction, nor the transaction to it. */
export const callersTransaction: readonly Mutation[] = [
  {
    promises: ['K7'],
    takenOut: 'What else a transaction changes is not booked on the actor of a change in it.',
    file: CALLERS_TRANSACTION,
    replace: '      await executor.query(set, [SETTINGS, values]);\n',
    by: '',
    test: both('K7 is by its actor, and what else the transaction changes is not'),
  },
  {
    promises: ['K6'],
    takenOut: 'Keys are counted in a transaction that sees those of others.',
    file: 'packages/core/src/keys/transaction.ts',
    replace: "if (isolation === 'read committed') return;",
    by: "if (isolation !== '') return;",
    test: onPostgres('is refused where keys are counted'),
  },
  {
    promises: ['K6'],
    takenOut: 'Of two changes over one client at once, the second waits.',
    file: CALLERS_TRANSACTION,
    replace: 'return turns.run(async () => {',
    by: 'return new Semaphore().run(async () => {',
    test: onPostgres('the failure of one takes nothing of the other'),
  },
];
