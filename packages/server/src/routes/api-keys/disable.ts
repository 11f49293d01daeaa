import type { ServerContext } from '../../context.js';
import { ApiKeyAnswer } from '../../contract/api-key-info.js';
import { DisableApiKeyBody } from '../../contract/change-keys.js';
import { ApiKeyParams, NO_SUCH_KEY } from '../../contract/key-fields.js';
import { WRITE_SCOPE } from '../../contract/scopes.js';
import type { HttpApp } from '../../http/http-app.js';
import { notFound } from '../../http/problem.js';
import { toApiKeyAnswer } from './api-key-info.js';
import { auditKey } from './audit.js';
import { changeOptions } from './caller.js';

/** `POST /api/api-keys/{id}/disable`: idempotent. */
export function disableRoute(app: HttpApp, { keystamp }: ServerContext): void {
  const schema = {
    tags: ['API keys'],
    operationId: 'disableApiKey',
    summary: 'Disable a key: it is refused until it is enabled again',
    params: ApiKeyParams,
    body: DisableApiKeyBody,
    response: { 200: ApiKeyAnswer },
  };
  const refusals = { 404: NO_SUCH_KEY, 409: 'The key is revoked.' };
  const codes = { 409: ['key_revoked'] } as const;
  const config = { access: 'session_or_key', scope: WRITE_SCOPE, refusals, codes } as const;
  app.post('/api/api-keys/:id/disable', { schema, config }, async (request) => {
    const key = await keystamp.disableApiKey(request.params.id, changeOptions(request));
    if (key === null) throw notFound('API key');
    if (key.disabledNow) auditKey(request, 'disabled', key);
    return toApiKeyAnswer(keystamp, key);
  });
}
