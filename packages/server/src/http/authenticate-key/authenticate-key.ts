import type { FastifyContextConfig, FastifyRequest } from 'fastify';
import { authenticate, credentialsOfRawHeaders } from 'keystamp/http';
import type { ServerContext } from '../../context.js';
import type { KeyActor } from '../actor.js';
import type { HttpApp } from '../http-app.js';
import { HttpProblem } from '../problem.js';
import { rejectKeysInUrls } from './key-in-url.js';
import { RefusalLog, type RefusalLogger } from './refusal-log.js';
import { ServerOrigin } from './request-origin.js';
import { requirementOf } from './requirement.js';

/**
 * Makes the one place where the server validates the key that a request carries, and so the one place
 * where that request counts as a use of it (G6). The function gives null where there is no key in the
 * request, and throws the problem to answer a refused key with.
 */
export function authenticateKeys(
  app: HttpApp,
  { keystamp, config }: ServerContext,
  logger: RefusalLogger,
) {
  const refusals = new RefusalLog(logger);
  app.addHook('onClose', async () => refusals.close());
  rejectKeysInUrls(app, config);
  return async (request: FastifyRequest, route: FastifyContextConfig): Promise<KeyActor | null> => {
    const credentials = credentialsOfRawHeaders(request.raw.rawHeaders);
    // The URL has been looked at by the hook of `rejectKeysInUrls`.
    const presented = { request, url: '', credentials, from: new ServerOrigin(request) };
    const outcome = await authenticate(keystamp, presented, requirementOf(route));
    if (outcome.admitted) {
      const { apiKey } = outcome;
      return apiKey === null ? null : { kind: 'key', key: apiKey.key, user: apiKey.user };
    }
    if (outcome.reason !== null) refusals.count(outcome.reason);
    throw HttpProblem.of(outcome.problem, outcome.cause);
  };
}
