import type { FastifyRequest } from 'fastify';
import type { Validation } from 'keystamp';
import { refusalOf } from 'keystamp/http';
import type { ServerContext } from '../../context.js';
import { INTROSPECT_SCOPE } from '../../contract/scopes.js';
import type { KeyActor } from '../actor.js';
import type { HttpApp } from '../http-app.js';
import { HttpProblem } from '../problem.js';
import { apiKeyOf, carriersFor } from './api-key-of.js';
import { rejectKeysInUrls } from './key-in-url.js';
import { RefusalLog } from './refusal-log.js';

/**
 * Makes the one place where the server validates the key that a request carries, and so the one place
 * where that request counts as a use of it (G6). The function gives null where there is no key in the
 * request, and throws the problem to answer a refused key with.
 */
export function authenticateKeys(app: HttpApp, { keystamp, config }: ServerContext) {
  const refusals = new RefusalLog(app.log);
  app.addHook('onClose', async () => refusals.close());
  rejectKeysInUrls(app, config);
  return async (request: FastifyRequest): Promise<KeyActor | null> => {
    const apiKey = apiKeyOf(request);
    if (apiKey === null) return null;
    const scopes = neededScopes(request);
    const validation = withIntrospectNamed(
      await keystamp.validateUserApiKey(apiKey, { scopes }),
      scopes,
    );
    if (validation.valid) return { kind: 'key', key: validation.key, user: validation.user };
    refusals.count(validation.reason);
    throw HttpProblem.of(refusalOf(validation.reason, scopes, carriersFor(request)));
  };
}

function neededScopes(request: FastifyRequest): readonly string[] {
  const { scope } = request.routeOptions.config;
  if (scope === undefined) return [];
  return typeof scope === 'string' ? [scope] : scope(request);
}

/**
 * A key without scopes may do what its user may, except introspect: that scope must be named in the key,
 * and ends with its user's being an administrator.
 */
function withIntrospectNamed(validation: Validation, scopes: readonly string[]): Validation {
  if (!validation.valid || !scopes.includes(INTROSPECT_SCOPE)) return validation;
  const { key, user } = validation;
  if (key.scopes.includes(INTROSPECT_SCOPE) && user.isAdmin) return validation;
  return { valid: false, reason: 'insufficient_scope', key, user };
}
