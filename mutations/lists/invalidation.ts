import { type Mutation, testsOf } from '../mutation.js';

const LISTENER = 'packages/core/src/invalidation/change-listener.ts';
const TRIGGERS = 'packages/core/migrations/000003_notify_changes.up.sql';

const TESTS = 'packages/core/test/invalidation';
const listening = testsOf('core-postgres', `${TESTS}/change-listener.postgres.test.ts`);
const missing = testsOf('core-postgres', `${TESTS}/missing-triggers.test.ts`);
const probe = testsOf('core-postgres', `${TESTS}/listener-probe.test.ts`);
const changes = testsOf('core-postgres', 'packages/core/test/validation/invalidation.test.ts');
const failOver = testsOf('core-postgres', 'packages/core/test/fleet/fail-over.postgres.test.ts');
const pooler = testsOf('core-postgres', 'packages/core/test/fleet/pooler.postgres.test.ts');

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
    takenOut: 'A use sends no notification.',
    file: 'packages/core/migrations/000015_disable_and_describe.up.sql',
    replace:
      'after update of\n    id, user_id, name, key_prefix, key_hash, scopes, expires_at, revoked_at, disabled_at, created_at, note, metadata, successor_id, predecessor_id\n  on keystamp.api_keys for each row when (',
    by: 'after update\n  on keystamp.api_keys for each row when (old.last_used_at is distinct from new.last_used_at or',
    test: changes('are not sent for uses'),
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
    takenOut: 'The start refuses a LISTEN address of another database.',
    file: 'packages/core/src/database/require-same-database.ts',
    replace:
      "  throw new ArgumentError('listenDatabase', 'a URL that leads to the same database as the other');\n",
    by: '',
    test: listening('of another database from the start'),
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
  {
    promises: ['K3'],
    takenOut: 'The proof is repeated once a minute.',
    file: LISTENER,
    replace: 'void this.#probeAgain(listener);',
    by: '',
    test: probe('replaced: an instance that runs notices within a minute'),
  },
  {
    promises: ['K3'],
    takenOut: 'No answer of a standby counts.',
    file: 'packages/core/src/sql/find-keys-by-hash.ts',
    replace: 'if (rows[0]?.in_recovery === true) throw new StandbyError();',
    by: '',
    test: failOver('K3 an address that leads to a standby'),
  },
  {
    promises: ['G4', 'K3'],
    takenOut: 'After a fail-over the uses that were written last are written again.',
    file: 'packages/core/src/last-used/flusher.ts',
    replace: 'this.pending.markPendingAgain(stamp);',
    by: '',
    // Its steps stand on each other.
    test: failOver('a fail-over'),
  },
  {
    promises: ['K3'],
    takenOut: 'A pooler in the way of notifications is named as what it is.',
    file: LISTENER,
    replace: 'if (!heartbeat.listens || isOfPooler(listener, heartbeat)) throw new PoolerError();',
    by: '',
    test: pooler('K3 does not take a connection of the pooler for one that hears'),
  },
];
