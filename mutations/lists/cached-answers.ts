import { type Mutation, testsOf } from '../mutation.js';

const VALIDATOR = 'packages/core/src/validation/validator.ts';
const CACHE = 'packages/core/src/validation/validation-cache.ts';
const LOADER = 'packages/core/src/validation/key-loader.ts';

const TESTS = 'packages/core/test/validation';
const cache = testsOf('core-postgres', `${TESTS}/cache.test.ts`);
const kept = testsOf('core-embedded', `${TESTS}/validation-cache.test.ts`);
const races = testsOf('core-postgres', `${TESTS}/races.postgres.test.ts`);
const invalidation = testsOf('core-postgres', `${TESTS}/invalidation.test.ts`);
const outage = testsOf('core-postgres', `${TESTS}/outage.postgres.test.ts`);
const status = testsOf('core-embedded', 'packages/core/test/model/status.test.ts');
const strangers = testsOf('server-embedded', 'packages/server/test/promises/strangers.test.ts');

/** What a refusal gives away, and which cached answers count. */
export const cachedAnswers: readonly Mutation[] = [
  {
    promises: ['K2'],
    takenOut: 'The status of a key is judged before its scopes.',
    file: 'packages/core/src/validation/decide.ts',
    replace:
      "  if (status !== 'active') return status;\n  if (!hasScopes(presented.scopes, neededScopes)) return 'insufficient_scope';",
    by: "  if (!hasScopes(presented.scopes, neededScopes)) return 'insufficient_scope';\n  if (status !== 'active') return status;",
    test: status('K2 shape, possession, status and scope decide in this order'),
  },
  {
    promises: ['K2'],
    takenOut: 'The answer to a refused key does not name the reason.',
    file: 'packages/core/src/http/refusal.ts',
    replace: "return problem(401, 'The API key is not valid.', {",
    by: 'return problem(401, `The API key is ${reason}.`, {',
    test: strangers('K2: to a stranger every refusal of a key looks the same'),
  },
  {
    promises: ['K2'],
    takenOut: 'A key that expires in the cache is looked up like an unknown one.',
    file: VALIDATOR,
    replace: 'if (isUse(reason)) {\n        this.counts.cacheHits++;',
    by: '{\n        this.counts.cacheHits++;',
    test: cache('a key that expires while it is known'),
  },
  {
    promises: ['K2'],
    takenOut: 'A key that may not act is remembered as long as an unknown one.',
    file: CACHE,
    replace: '} else this.#refuse(keyHash, known, readPoint, now.hostMs);',
    by: '}',
    test: cache('a key that nobody knows and one that was revoked'),
  },
  {
    promises: ['K4'],
    takenOut: 'Refused hashes that are remembered are bounded (tried: 100,000).',
    file: CACHE,
    replace: 'const MAX_REFUSED = 10_000;',
    by: 'const MAX_REFUSED = 100_000;',
    test: kept('it is remembered as long as every other'),
  },
  {
    promises: ['K4'],
    takenOut: 'One query reads at most 1,000 keys.',
    file: LOADER,
    replace: 'const MAX_HASHES = 1_000;',
    by: 'const MAX_HASHES = 1_000_000;',
    test: cache('of very many keys are some queries of a thousand'),
  },
  {
    promises: ['K3'],
    takenOut: 'A cached key counts only while no change of it is known.',
    file: CACHE,
    replace: '): boolean {\n    return this.#invalidations.unchangedSince(',
    by: '): boolean {\n    if (known !== undefined) return true;\n    return this.#invalidations.unchangedSince(',
    test: invalidation('other scopes count at once there and soon on every other'),
  },
  {
    promises: ['K3'],
    takenOut: 'The same, for a change by hand.',
    file: CACHE,
    replace: '): boolean {\n    return this.#invalidations.unchangedSince(',
    by: '): boolean {\n    if (known !== undefined) return true;\n    return this.#invalidations.unchangedSince(',
    test: invalidation('of the address and the rights of its user counts too'),
  },
  {
    promises: ['K3'],
    takenOut: 'The order of changes is noted before a query, not after its answer.',
    file: LOADER,
    replace: 'resolve({ found: byHash.get(keyHash) ?? null, readSequence, queryNumber });',
    by: 'resolve({\n          found: byHash.get(keyHash) ?? null,\n          readSequence: this.#invalidations.sequence,\n          queryNumber,\n        });',
    test: races('is not cached where the change is heard before it'),
  },
  {
    promises: ['K3'],
    takenOut: 'A validation after a change does not wait for a query from before it.',
    file: LOADER,
    replace: 'if (mayJoinSent && sent?.readSequence === this.#invalidations.sequence) return',
    by: 'if (mayJoinSent && sent !== undefined) return',
    test: races('is not the answer to who asks after it'),
  },
  {
    promises: ['K3'],
    takenOut: 'Of two answers about one key the later query counts.',
    file: CACHE,
    replace: 'return kept !== undefined && kept.queryNumber > queryNumber;',
    by: 'return kept !== undefined && kept.queryNumber < 0 && queryNumber < 0;',
    test: kept('leave the later one'),
  },
  {
    promises: ['K3'],
    takenOut: 'In an outage no key is served of which a change is known.',
    file: VALIDATOR,
    replace: 'known !== undefined && keys.isFresh(known) && this.#isWithinGrace(',
    by: 'known !== undefined && this.#isWithinGrace(',
    test: outage('K3 serves no key whose revocation this instance has heard'),
  },
];
