import { type Mutation, testsOf } from '../mutation.js';

const ARGUMENTS = 'packages/core/src/model/arguments.ts';
const CHANGE_KEYS = 'packages/core/src/keys/change-keys.ts';
const ISSUE_KEYS = 'packages/core/src/keys/issue-keys.ts';
const ROUTES = 'packages/server/src/routes/api-keys';

const KEYS = 'packages/core/test/keys';
const pasted = testsOf('core-postgres', `${KEYS}/arguments.test.ts`);
const changes = testsOf('core-postgres', `${KEYS}/change-keys.test.ts`);
const fields = testsOf('core-postgres', `${KEYS}/known-fields.test.ts`);
const imports = testsOf('core-postgres', `${KEYS}/import.test.ts`);
const idempotency = testsOf('core-postgres', `${KEYS}/idempotency.test.ts`);
const listAll = testsOf('core-postgres', `${KEYS}/list-all-keys.test.ts`);
const bulk = testsOf('core-postgres', `${KEYS}/bulk-revocation.test.ts`);
const disabling = testsOf('core-postgres', `${KEYS}/disable.test.ts`);
const sweep = testsOf('server-postgres', 'packages/server/test/cli/sweep.test.ts');
const traces = testsOf('core-postgres', 'packages/core/test/diagnostics/traces.test.ts');
const spared = testsOf('core-postgres', `${KEYS}/sweep-spares.test.ts`);
const transfer = testsOf(
  'server-postgres',
  'packages/server/test/transfer/snapshot.postgres.test.ts',
);
const statements = testsOf(
  'core-embedded',
  'packages/core/test/database/failed-statements.test.ts',
);
const authenticate = testsOf('core-postgres', 'packages/core/test/http/authenticate.test.ts');
const log = testsOf('server-embedded', 'packages/server/test/log.test.ts');
const secrets = testsOf('server-embedded', 'packages/server/test/promises/secrets.test.ts');
const limits = testsOf('server-embedded', 'packages/server/test/promises/limits-of-keys.test.ts');
const badInput = testsOf('server-embedded', 'packages/server/test/promises/bad-input.test.ts');
const repeated = testsOf('server-embedded', 'packages/server/test/api-keys/idempotency.test.ts');
const lostAnswer = testsOf(
  'server-postgres',
  'packages/server/test/cli/lost-answer.postgres.test.ts',
);

/** What a key gives away, what it may do, and what becomes of a request about keys. */
export const keys: readonly Mutation[] = [
  {
    promises: ['K1'],
    takenOut: 'Only the first characters of a key are stored beside its hash.',
    file: 'packages/core/src/key-format/api-key.ts',
    replace: 'const PREFIX_SECRET_LENGTH = 6;',
    by: 'const PREFIX_SECRET_LENGTH = 43;',
    test: secrets('the database holds the hash alone'),
  },
  {
    promises: ['K1'],
    takenOut: 'A key in a log line is blotted out.',
    file: 'packages/server/src/log/log.ts',
    replace: "line.replace(KEYS_IN_TEXT, '[key]')",
    by: 'line.replace(KEYS_IN_TEXT, (key) => key)',
    test: log('blots out what looks like a key even where'),
  },
  {
    promises: ['K1'],
    takenOut: 'An error that may quote a value is named by its code alone.',
    file: 'packages/core/src/database/outage.ts',
    replace: "if (typeof code === 'string' && /^22...$/.test(code)) return `SQLSTATE ${code}`;",
    by: '',
    test: statements('K1 never quote a value'),
  },
  {
    promises: ['K1'],
    takenOut: 'An event for tracing has the number of keys that are read, and not their hashes.',
    file: 'packages/core/src/validation/key-loader.ts',
    replace: 'const trace: ReadTrace = { keys: hashes.length, found: null, errorCode: null };',
    by: 'const trace = { keys: hashes.length, hashes, found: null as number | null, errorCode: null };',
    test: traces('K1 no event for tracing holds a key or its hash'),
  },
  {
    promises: ['K1'],
    takenOut: 'A name that holds a key is refused.',
    file: ARGUMENTS,
    replace: "  rejectKey(name, 'name');\n",
    by: '',
    test: pasted('K1 a key pasted into a field that is stored in clear'),
  },
  {
    promises: ['K1'],
    takenOut: 'An encoded key in the path of a request is found.',
    file: 'packages/core/src/http/key-in-url.ts',
    replace: 'holdsApiKey(decodedPath(mark < 0 ? url : url.slice(0, mark)))',
    by: 'holdsApiKey(mark < 0 ? url : url.slice(0, mark))',
    test: authenticate('K1: a key in the path is refused'),
  },
  {
    promises: ['K5'],
    takenOut: 'A key cannot create a key.',
    file: `${ROUTES}/create.ts`,
    replace: "access: 'session', refusals",
    by: "access: 'session_or_key', refusals",
    test: limits('403: a key cannot '),
  },
  {
    promises: ['K5'],
    takenOut: 'A key cannot rotate a key.',
    file: `${ROUTES}/rotate.ts`,
    replace: "access: 'session', refusals",
    by: "access: 'session_or_key', refusals",
    test: limits('403: a key cannot '),
  },
  {
    promises: ['K5'],
    takenOut: 'A key cannot change scopes.',
    file: `${ROUTES}/update.ts`,
    replace: "if (scopes !== undefined) requireSession(caller, 'scopes');",
    by: '',
    test: limits('403: a key cannot '),
  },
  {
    promises: ['K5'],
    takenOut: 'A key cannot change an expiry.',
    file: `${ROUTES}/update.ts`,
    replace: "if (expires_at !== undefined) requireSession(caller, 'expiry');",
    by: '',
    test: limits('403: a key cannot '),
  },
  {
    promises: ['K5'],
    takenOut: 'A key with scopes keeps at least one.',
    file: 'packages/core/src/sql/update-key.ts',
    replace:
      '\n    and not (pg_catalog.cardinality(k.scopes) > 0 and coalesce(pg_catalog.cardinality($4::text[]), 1) = 0)',
    by: '',
    test: changes('K5 never makes a scoped key unscoped'),
  },
  {
    promises: ['K5'],
    takenOut: 'A key does no more than its user may do now.',
    file: 'packages/core/src/validation/decide.ts',
    replace: '(userIsAdmin && scopes.includes(scope))',
    by: '((userIsAdmin || !userIsAdmin) && scopes.includes(scope))',
    test: limits('a key ends with what its user may'),
  },
  {
    promises: ['K6'],
    takenOut: 'An expiry in the past is refused.',
    file: ARGUMENTS,
    replace: 'if (isStorableTime(expiresAt) && expiresAt.getTime() > nowMs) return expiresAt;',
    by: 'if (isStorableTime(expiresAt) && nowMs > 0) return expiresAt;',
    test: changes('K6 refuses wrong input by its name and stores nothing'),
  },
  {
    promises: ['K6'],
    takenOut: 'An unknown field is refused.',
    file: 'packages/core/src/model/known-fields.ts',
    replace: '  if (fault !== null) throw fault;\n',
    by: '',
    test: fields('K6 a field that is not known'),
  },
  {
    promises: ['K6'],
    takenOut: 'An import that names a user by the address of another is refused.',
    file: 'packages/core/src/sql/import-keys.ts',
    replace:
      '\nwhere not exists (select from keystamp.users u where pg_catalog.lower(u.email) = pg_catalog.lower(i.id) and u.id <> i.id)',
    by: '',
    test: imports('K6 are refused, all of them'),
  },
  {
    promises: ['K6'],
    takenOut: 'An answer names every wrong field of a body.',
    file: 'packages/server/src/http/request-schemas.ts',
    replace: 'coerceTypes, allErrors }',
    by: 'coerceTypes, allErrors: false }',
    test: badInput('names every wrong field at once'),
  },
  {
    promises: ['K8'],
    takenOut:
      'A bulk revocation skips a key that was used since, though the use is not stored yet.',
    file: CHANGE_KEYS,
    replace: 'stopKeys(session, stop, keys, watch.newest(),',
    by: 'stopKeys(session, stop, keys, new Map(),',
    test: bulk('leaves a key alone that was used again since it was looked at'),
  },
  {
    promises: ['K8'],
    takenOut: 'A bulk revocation skips a key whose stored use is newer than what was seen.',
    file: 'packages/core/src/sql/stop-keys.ts',
    replace: 'and not h.is_stopped and not h.used_meanwhile',
    by: 'and not h.is_stopped',
    test: changes('in bulk leaves alone what was used since it was looked at'),
  },
  {
    promises: ['K8'],
    takenOut: 'So does the disabling of many keys.',
    file: 'packages/core/src/sql/stop-keys.ts',
    replace: 'and not h.is_stopped and not h.used_meanwhile',
    by: 'and not h.is_stopped',
    test: disabling('leaves a key alone that was used since it was looked at'),
  },
  {
    promises: ['K8'],
    takenOut: 'A key whose metadata says `keep-until` is kept by a sweep.',
    file: 'packages/core/src/sql/stale-keys.ts',
    replace: 'coalesce(keystamp.keep_until(k.metadata) > pg_catalog.clock_timestamp(), false)',
    by: 'coalesce(keystamp.keep_until(k.metadata) < pg_catalog.clock_timestamp(), false)',
    test: sweep('stops the keys that were not used for so long, and names those left alone'),
  },
  {
    promises: ['K9'],
    takenOut: 'A key that was enabled again counts as unused from then on.',
    file: 'packages/core/src/sql/stale-keys.ts',
    replace: 'and not ${wasEnabledWithinSql(unusedParam)}',
    by: '',
    test: spared('counts as unused from then on'),
  },
  {
    promises: ['K10'],
    takenOut: 'A repeated creation gives the key of the first one.',
    file: ISSUE_KEYS,
    replace: 'if (value === null) return inTransactionOf(database, client, make);',
    by: 'if (value !== undefined) return inTransactionOf(database, client, make);',
    test: idempotency('gives the same key with a new text'),
  },
  {
    promises: ['K10'],
    takenOut: 'A key that was used gets no new text, though the use is not stored yet.',
    file: ISSUE_KEYS,
    replace: 'const isUsed = watch.newest().size > 0;',
    by: 'const isUsed = watch.newest().size < 0;',
    test: idempotency('refuses once a use is in memory'),
  },
  {
    promises: ['K10'],
    takenOut: 'The server hands the header `Idempotency-Key` on.',
    file: `${ROUTES}/idempotency-key.ts`,
    replace: 'return value === undefined ?',
    by: "return typeof value === 'string' ?",
    test: repeated('201 with the same key and a new text'),
  },
  {
    promises: ['K10'],
    takenOut: 'A command whose answer was lost asks again as the same request.',
    file: 'packages/server/src/cli/repeat-if-lost.ts',
    replace: '    return make(idempotencyKey);',
    by: '    return make(randomUUID());',
    test: lostAnswer('K10 create and rotate print one key each'),
  },
  {
    promises: ['K11'],
    takenOut: 'A list of all keys is read in one snapshot.',
    file: 'packages/core/src/keys/list-all-keys.ts',
    replace: "await session.query('set transaction isolation level repeatable read, read only');",
    by: '',
    test: listAll('all of them are in one list'),
  },
  {
    promises: ['K11'],
    takenOut: 'Keys made at the same time have an order that does not move.',
    file: 'packages/core/src/sql/list-keys.ts',
    replace: 'return `k.created_at ${order}, k.id ${order}`;',
    by: 'return `k.created_at ${order}`;',
    test: listAll('all of them are on pages by creation'),
  },
  {
    promises: ['K11'],
    takenOut: 'An export is read in one snapshot.',
    file: 'packages/server/src/transfer/snapshot.ts',
    replace: "await session.query('set transaction isolation level repeatable read, read only');",
    by: '',
    test: transfer('K11 an export is of one moment'),
  },
  {
    promises: ['K11'],
    takenOut: 'A move compares both databases at the end.',
    file: 'packages/server/src/transfer/move.ts',
    replace: 'if (before === after) return;',
    by: 'if (before !== null) return;',
    test: transfer('K11 a move that finds a difference at the end'),
  },
];
