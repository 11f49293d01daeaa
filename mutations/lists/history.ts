import { type Mutation, testsOf } from '../mutation.js';

const HISTORY = 'packages/core/migrations/000016_key_events.up.sql';
const REFUSED = 'packages/core/src/refusals/refused-keys.ts';

const changes = testsOf('core-postgres', 'packages/core/test/keys/history.test.ts');
const forged = testsOf('core-postgres', 'packages/core/test/history/forged.test.ts');
const disabling = testsOf('core-postgres', 'packages/core/test/keys/disable.test.ts');
const refused = testsOf('core-postgres', 'packages/core/test/refusals/history.test.ts');
const processes = testsOf('core-postgres', 'packages/core/test/fleet/processes.postgres.test.ts');

/** The history of a key, keys that are disabled for a while, and refused keys that are presented. */
export const history: readonly Mutation[] = [
  {
    promises: ['K7'],
    takenOut: 'A deletion of a key by hand is in the history.',
    file: HISTORY,
    replace: 'create trigger api_keys_history after insert or delete on',
    by: 'create trigger api_keys_history after insert on',
    test: changes('as a role of the database, for each kind of statement'),
  },
  {
    promises: ['K7'],
    takenOut: 'A statement says who makes the change.',
    file: HISTORY,
    replace: "nullif(current_setting('keystamp.actor', true), '')::jsonb;",
    by: 'null;',
    test: changes('K7 each change by the library is in the history'),
  },
  {
    promises: ['K7'],
    takenOut: 'No role writes into the history by a table of its own.',
    file: HISTORY,
    replace: 'revoke execute on function keystamp.record_key_event() from public;',
    by: '',
    test: forged('no role by a table of its own'),
  },
  {
    promises: ['K7'],
    takenOut: 'A key that is disabled or enabled by hand is in the history.',
    file: HISTORY,
    replace: 'revoked_at, disabled_at, created_at, note, metadata,\n    successor_id,',
    by: 'revoked_at, created_at, note, metadata,\n    successor_id,',
    test: changes('as a role of the database, for each kind of statement'),
  },
  {
    promises: ['K7'],
    takenOut: 'The kind of a change says that the key was disabled.',
    file: HISTORY,
    replace: "when new.disabled_at is not null and old.disabled_at is null then 'disabled'",
    by: '',
    test: changes('with who made it and from where'),
  },
  {
    promises: ['K7'],
    takenOut: 'A change beside which a use was stored says nothing of the use.',
    file: HISTORY,
    replace:
      "from jsonb_each(to_jsonb(new) - 'key_hash' - 'last_used_at') a\n    join jsonb_each(to_jsonb(old) - 'key_hash' - 'last_used_at') b",
    by: "from jsonb_each(to_jsonb(new) - 'key_hash') a\n    join jsonb_each(to_jsonb(old) - 'key_hash') b",
    test: changes('as a role of the database, for each kind of statement'),
  },
  {
    promises: ['K7'],
    takenOut: 'A use does not run what writes the history.',
    file: HISTORY,
    replace: 'created_at, note, metadata,\n    successor_id, predecessor_id, imported\n  on',
    by: 'created_at, note, metadata,\n    successor_id, predecessor_id, imported, last_used_at\n  on',
    test: changes('is not run by a use'),
  },
  {
    promises: ['K7'],
    takenOut: 'A table that is emptied is in the history.',
    file: HISTORY,
    replace: 'create trigger api_keys_history_truncated before truncate on keystamp.api_keys',
    by: 'create trigger api_keys_history_truncated before insert on keystamp.api_keys',
    test: changes('and a table that is emptied'),
  },
  {
    promises: ['K9'],
    takenOut: 'A disabled key is refused.',
    file: 'packages/core/src/model/status.ts',
    replace: "if (facts.isDisabled) return 'disabled';",
    by: '',
    test: disabling('stops a key at once, and enabling lets it work again'),
  },
  {
    promises: ['K9'],
    takenOut: 'A key that is disabled or enabled by hand sends a notification.',
    file: 'packages/core/migrations/000015_disable_and_describe.up.sql',
    replace:
      'expires_at, revoked_at, disabled_at, created_at, note, metadata, successor_id, predecessor_id\n  on',
    by: 'expires_at, revoked_at, created_at, note, metadata, successor_id, predecessor_id\n  on',
    test: processes('all do so when the keys are disabled and enabled with psql'),
  },
  {
    promises: ['K9'],
    takenOut: 'The history says that a refused key was presented.',
    file: REFUSED,
    replace: 'if (!isSameStop) this.#add(refused);',
    by: '',
    test: refused('is in the history once, with where it was presented'),
  },
  {
    promises: ['K9'],
    takenOut: 'Each stop of a key has a row of its own, also within one hour.',
    file: REFUSED,
    replace: 'const slot = `${hour} ${reason} ${stoppedAtMs}`;',
    by: 'const slot = `${hour} ${reason}`;',
    test: refused('is another row'),
  },
  {
    promises: ['K9'],
    takenOut: 'All instances write one row for a stop and hour.',
    file: REFUSED,
    replace: 'const slot = `${hour} ${reason} ${stoppedAtMs}`;',
    by: 'const slot = `${nowMs} ${reason} ${stoppedAtMs}`;',
    test: refused('two instances that refuse a key at once write one row'),
  },
];
