import { type Mutation, testsOf } from '../mutation.js';

const VALIDATOR = 'packages/core/src/validation/validator.ts';
const PENDING_USES = 'packages/core/src/last-used/pending-uses.ts';

const free = testsOf('core-embedded', 'packages/core/test/last-used/free.test.ts');
const useWatch = testsOf('core-embedded', 'packages/core/test/last-used/use-watch.test.ts');
const stampList = testsOf('core-embedded', 'packages/core/test/last-used/stamp-list.test.ts');
const record = testsOf('core-postgres', 'packages/core/test/last-used/record.test.ts');
const authenticate = testsOf('core-postgres', 'packages/core/test/http/authenticate.test.ts');
const uses = testsOf('server-postgres', 'packages/server/test/promises/uses.test.ts');

/** What recording a use costs a request, and what counts as a use. */
export const requestPath: readonly Mutation[] = [
  {
    promises: ['G1'],
    takenOut: 'A known key is answered by a promise that was made before.',
    file: VALIDATOR,
    replace: 'reason === null ? known.accepted :',
    by: 'reason === null ? known.accepted.then((answer) => answer) :',
    test: free('G1 is answered by a promise that was there before'),
  },
  {
    promises: ['G1'],
    takenOut: 'Recording a use allocates nothing.',
    file: PENDING_USES,
    replace: '    stamp.usedAt = nowMs;',
    by: '    Object.assign(stamp, { usedAt: nowMs, use: { nowMs } });',
    test: free('G1 allocates nothing to be recorded'),
  },
  {
    promises: ['G1'],
    takenOut: 'A use is recorded at once, not by a timer.',
    file: VALIDATOR,
    replace: 'this.#parts.pending.record(known.stamp, now);',
    by: 'setTimeout(() => this.#parts.pending.record(known.stamp, now));',
    test: free('G1 starts nothing'),
  },
  {
    promises: ['G1'],
    takenOut: 'A look at the pending keys is limited to so many in one turn of the event loop.',
    file: PENDING_USES,
    replace: 'const PROMOTE_AT_ONCE = 20_000;',
    by: 'const PROMOTE_AT_ONCE = 2_000_000_000;',
    test: free('G1 is taken in turns of bounded length'),
  },
  {
    promises: ['G1'],
    takenOut: 'The look for a bulk revocation takes a new turn after so many keys.',
    file: PENDING_USES,
    replace: 'if (left > 0) continue;',
    by: 'continue;',
    test: useWatch('G1 looks at very many in turns of bounded length'),
  },
  {
    promises: ['G1'],
    takenOut: '`flush()` notes what it waits for in pieces, one in each turn of the event loop.',
    file: 'packages/core/src/last-used/flush-waiters.ts',
    replace: 'setImmediate(() => this.#read(waiter));',
    by: 'this.#read(waiter);',
    test: stampList('notes a piece in each turn of the event loop'),
  },
  {
    promises: ['G6'],
    takenOut: 'A use counts too where the key only lacks a scope.',
    file: 'packages/core/src/validation/decide.ts',
    replace: "return reason === null || reason === 'insufficient_scope';",
    by: 'return reason === null;',
    test: record('G6 counts when only a scope is missing'),
  },
  {
    promises: ['G6'],
    takenOut: 'The use of a refused key is not recorded.',
    file: VALIDATOR,
    replace: 'if (isUse(reason) && isRecorded(options)) this',
    by: 'if (isRecorded(options)) this',
    test: record('G6 what is no use'),
  },
  {
    promises: ['G6'],
    takenOut: 'A second requirement of the same request records no second use.',
    file: 'packages/core/src/http/authenticate.ts',
    replace: 'const recordUse = request[USED_WITH]?.includes(keystamp) !== true;',
    by: 'const recordUse = true;',
    test: authenticate('G6: a request that is refused for its scope'),
  },
  {
    promises: ['G6'],
    takenOut: 'A public route of the server does not look at a key.',
    file: 'packages/server/src/http/access.ts',
    replace: "    case 'public':\n      return null;",
    by: "    case 'public':\n      return by.byKey(request);",
    test: uses('one use on exactly the routes that authenticate by key'),
  },
];
