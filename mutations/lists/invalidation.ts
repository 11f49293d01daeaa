import { type Mutation, testsOf } from '../mutation.js';

const LISTENER = 'packages/core/src/invalidation/change-listener.ts';
const TRIGGERS = 'packages/core/migrations/000003_notify_changes.up.sql';

const TESTS = 'packages/core/test/invalidation';
const listening = testsOf('core-postgres', `${TESTS}/change-listener.postgres.test.ts`);
const missing = testsOf('core-postgres', `${TESTS}/missing-triggers.test.ts`);
const probe = testsOf('core-postgres', `${TESTS}/listener-probe.test.ts`);
const changes = testsOf('core-postgres', 'packages/core/test/validation/invalidation.test.ts');

/** How an instance hears of a change on another one, and how it notices that it does not. */
export const invalidation: readonly Mutation[] = [
  {
    promises: ['K3'],
    takenOut: 'A notification names one of 1,024 buckets, not the key.',
    file: 'packages/core/migrations/000013_listener_probe.up.sql',
    replace: "'k' || keystamp.bucket_of(old.key_hash)",
    by: "'k' || old.id",
    test: changes('of a change of very many keys in one statement are at most 1,024'),
  },
  {
    promises: ['K3'],
    takenOut: 'A change of the activity of a user sends a notification.',
    file: TRIGGERS,
    replace: 'after update of id, email, is_active, is_admin\n',
    by: 'after update of id, email, is_admin\n',
    test: changes('counts soon on every instance'),
  },
  {
    promises: ['K3'],
    takenOut: 'After a new LISTEN connection every key is read again.',
    file: LISTENER,
    replace: 'if (this.#isNew) this.#invalidations.everythingChanged();',
    by: '',
    test: listening('opened again: what was cached before'),
  },
  {
    promises: ['K3'],
    takenOut: 'A LISTEN connection to another database does not count.',
    file: LISTENER,
    replace: '      throw new WrongDatabaseError();\n',
    by: '',
    test: listening('led to another database: every validation asks the right one'),
  },
  {
    promises: ['K3'],
    takenOut: 'A trigger that is missing or disabled is noticed.',
    file: LISTENER,
    replace: 'if (!heartbeat.triggersEnabled) throw new TriggersMissingError();',
    by: '',
    test: missing('a revocation by hand counts within 10 s of it'),
  },
  {
    promises: ['K3'],
    takenOut: 'Migration 000003 notifies running instances that everything may have changed.',
    file: TRIGGERS,
    replace: "select pg_notify('keystamp_changes', '*');",
    by: 'select 1;',
    test: missing('what changed while the migration was down'),
  },
  {
    promises: ['K3'],
    takenOut: 'The time that a host slept counts against the grace of an outage.',
    file: LISTENER,
    replace: 'if (sleptMs > 0) this.#lastHeartbeatAt -= sleptMs;',
    by: '',
    test: listening('believes nothing until it has asked'),
  },
  {
    promises: ['K3'],
    takenOut: 'A new LISTEN connection is proved by a test change.',
    file: LISTENER,
    replace: 'await this.#probe.prove(listener);',
    by: '',
    test: probe('replaced: an instance that starts believes no cache'),
  },
];
