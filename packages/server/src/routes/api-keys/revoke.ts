import type { ServerContext } from '../../context.js';
import { ApiKeyAnswer } from '../../contract/api-key-info.js';
import { RevokeApiKeyBody } from '../../contract/change-keys.js';
import { ApiKeyParams, NO_SUCH_KEY } from '../../contract/key-fields.js';
import { WRITE_SCOPE } from '../../contract/scopes.js';
import type { HttpApp } from '../../http/http-app.js';
import { notFound } from '../../http/problem.js';
import { toApiKeyAnswer } from './api-key-info.js';
import { auditKey } from './audit.js';
import { changeOptions } from './caller.js';

/** `POST /api/api-keys/{id}/revoke`: idempotent. */
export function revokeRoute(app: HttpApp, { keystamp }: ServerContext): void {
  const schema = {
    tags: ['API keys'],
    operationId: 'revokeApiKey',
    summary: 'Revoke a key: it stops for good, the record stays',
    params: ApiKeyParams,
    body: RevokeApiKeyBody,
    response: { 200: ApiKeyAnswer },
  };
  const refusals = { 404: NO_SUCH_KEY };
  const config = { access: 'session_or_key', scope: WRITE_SCOPE, refusals } as const;
  app.post('/api/api-keys/:id/revoke', { schema, config }, async (request) => {
    const key = await keystamp.revokeApiKey(request.params.id, changeOptions(request));
    if (key === null) throw notFound('API key');
    if (key.revokedNow) auditKey(request, 'revoked', key);
    return toApiKeyAnswer(keystamp, key);
  });
}
