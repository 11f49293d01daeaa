import { audit } from '../../audit/audit.js';
import type { ServerContext } from '../../context.js';
import { Setup, SetupAnswer } from '../../contract/setup.js';
import { UserAnswer } from '../../contract/users.js';
import { asOf } from '../../http/as-of.js';
import type { HttpApp } from '../../http/http-app.js';
import { rejectForeignOrigin } from '../../http/origin.js';
import { passwordFault } from '../../rules/credentials.js';
import { rejectKeysIn } from '../../rules/key-in-text.js';
import { Refusal, wrongField } from '../../rules/refusal.js';
import { hasActiveAdmin } from '../../sql/has-active-admin.js';
import { isSetupToken } from '../../sql/is-setup-token.js';
import type { User } from '../../sql/user.js';
import { hashSecret } from '../sessions/session-id.js';
import { userOnWire } from '../users/user-on-wire.js';
import { type FirstAdmin, makeFirstAdmin } from './first-admin.js';

const tags = ['Set-up'];

const SETUP_REFUSALS = {
  403: 'The request comes from another origin.',
  404: 'There is an administrator.',
  409: 'Another user has the address.',
};

const SETUP_CODES = { 403: ['foreign_origin'], 409: ['address_taken'] } as const;

/** `/api/setup`: the first administrator, by the one-time link. */
export function registerSetupRoutes(app: HttpApp, context: ServerContext): void {
  app.route({
    method: 'GET',
    url: '/api/setup',
    config: { access: 'public' },
    schema: {
      tags,
      operationId: 'getSetup',
      summary: 'Is set-up needed?',
      response: { 200: SetupAnswer },
    },
    handler: async () => ({ needed: !(await context.hasAdmin()) }),
  });
  app.route({
    method: 'POST',
    url: '/api/setup',
    config: { access: 'public', refusals: SETUP_REFUSALS, codes: SETUP_CODES },
    schema: {
      tags,
      operationId: 'setUp',
      summary: 'Make the first administrator',
      body: Setup,
      response: { 201: UserAnswer },
    },
    onRequest: async (request) => {
      rejectForeignOrigin(context, request);
      // Before the body is looked at: whatever it holds, there is nothing to set up.
      if (await context.hasAdmin()) throw over();
    },
    handler: async (request, reply) => {
      const user = await setUp(context, request.body);
      audit(request, 'made the first administrator', { user: user.id });
      return reply.code(201).send({ user: userOnWire(user), as_of: asOf(context.keystamp) });
    },
  });
}

/** A password is hashed only for the holder of the link: strangers cannot keep the server busy with it. */
async function setUp({ keystamp, passwords }: ServerContext, input: Setup): Promise<User> {
  const email = input.email.trim();
  rejectKeysIn({ email });
  if (!(await isSetupToken(keystamp.database, hashSecret(input.token)))) {
    // It may have been spent since the request came: the administrator is there by then.
    throw (await hasActiveAdmin(keystamp.database)) ? over() : wrongToken();
  }
  const fault = passwordFault(input.password, email);
  if (fault !== null) throw wrongField('password', fault);
  const passwordHash = await passwords.hash(input.password);
  const { token } = input;
  return userOf(await makeFirstAdmin(keystamp.database, { email, passwordHash, token }));
}

function userOf(made: FirstAdmin): User {
  switch (made.outcome) {
    case 'made':
      return made.user;
    case 'done':
      throw over();
    case 'taken':
      throw wrongField('email', 'taken by another user', 'address_taken');
    case 'wrong_token':
      throw wrongToken();
  }
}

function wrongToken(): Refusal {
  return wrongField(
    'token',
    'expected the token of the newest set-up link, within its hour; start the server again for a new one',
  ).countedAs('setup_refused');
}

function over(): Refusal {
  return new Refusal('not_found', 'Set-up is over: there is an administrator.');
}
