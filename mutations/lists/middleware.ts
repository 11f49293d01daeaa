import { type Mutation, testsOf } from '../mutation.js';

const WEB_REQUEST = 'packages/core/src/middleware/web-request.ts';

const MIDDLEWARE = 'packages/core/test/middleware';
const wrongUse = testsOf('core-embedded', `${MIDDLEWARE}/wrong-use.test.ts`);
const nest = testsOf('core-embedded', `${MIDDLEWARE}/nest.test.ts`);
const outage = testsOf('core-postgres', `${MIDDLEWARE}/outage.postgres.test.ts`);

/** What a framework's adapter must not let pass. */
export const middleware: readonly Mutation[] = [
  {
    promises: ['K6'],
    takenOut: 'Middleware for web requests refuses what is no instance.',
    file: WEB_REQUEST,
    replace: '    checkKeystamp(keystamp);\n',
    by: '',
    test: wrongUse('K6 web: a function that gives no instance lets no request pass'),
  },
  {
    promises: ['K4'],
    takenOut: 'An instance that cannot be opened is answered with 503.',
    file: WEB_REQUEST,
    replace: 'const outage = outageOf(error);',
    by: 'const outage = null as ReturnType<typeof outageOf>;',
    test: outage('an instance that cannot be opened answers 503, and a closed one too'),
  },
  {
    promises: ['K6'],
    takenOut: 'A route of NestJS that says nothing needs a key.',
    file: 'packages/core/src/middleware/nest-requirement.ts',
    replace:
      'if (ofHandler === false || (ofHandler === undefined && ofController === false)) return false;',
    by: 'if (!ofHandler && !ofController) return false;',
    test: nest('K6 a route that says nothing, under the guard of the application'),
  },
  {
    promises: ['K6'],
    takenOut: 'A decorator of NestJS that requires a scope brings its guard along.',
    file: 'packages/core/src/middleware/nest.ts',
    replace: '    (guard as typeof decorate | null)?.(target, key, descriptor);\n',
    by: '    void guard;\n',
    test: nest('a route that requires a scope and stands under no other guard'),
  },
  {
    promises: ['K6'],
    takenOut: 'Of two decorators of one route the second is refused.',
    file: 'packages/core/src/middleware/nest-requirement.ts',
    replace: 'if (Object.hasOwn(target, DECLARED)) {',
    by: 'if (target === null) {',
    test: nest('two on a route'),
  },
];
