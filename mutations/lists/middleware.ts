import { type Mutation, testsOf } from '../mutation.js';

const WEB_REQUEST = 'packages/core/src/middleware/web-request.ts';

const MIDDLEWARE = 'packages/core/test/middleware';
const wrongUse = testsOf('core-embedded', `${MIDDLEWARE}/wrong-use.test.ts`);
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
];
