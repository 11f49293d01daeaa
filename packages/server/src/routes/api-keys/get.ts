import type { ServerContext } from '../../context.js';
import { ApiKeyAnswer } from '../../contract/api-key-info.js';
import { ApiKeyParams, NO_SUCH_KEY } from '../../contract/key-fields.js';
import { READ_SCOPE } from '../../contract/scopes.js';
import type { HttpApp } from '../../http/http-app.js';
import { notFound } from '../../http/problem.js';
import { toApiKeyAnswer } from './api-key-info.js';
import { callerOf, reachOf } from './caller.js';

/** `GET /api/api-keys/{id}` */
export function getRoute(app: HttpApp, { keystamp }: ServerContext): void {
  const schema = {
    tags: ['API keys'],
    operationId: 'getApiKey',
    summary: 'One key',
    params: ApiKeyParams,
    response: { 200: ApiKeyAnswer },
  };
  const refusals = { 404: NO_SUCH_KEY };
  const config = { access: 'session_or_key', scope: READ_SCOPE, refusals } as const;
  app.get('/api/api-keys/:id', { schema, config }, async (request) => {
    const key = await keystamp.getApiKey(request.params.id, reachOf(callerOf(request)));
    if (key === null) throw notFound('API key');
    return toApiKeyAnswer(keystamp, key);
  });
}
