import type { ServerContext } from '../../context.js';
import { ApiKeyAnswer } from '../../contract/api-key-info.js';
import { EnableApiKeyBody } from '../../contract/change-keys.js';
import { ApiKeyParams, NO_SUCH_KEY } from '../../contract/key-fields.js';
import type { HttpApp } from '../../http/http-app.js';
import { notFound } from '../../http/problem.js';
import { toApiKeyAnswer } from './api-key-info.js';
import { auditKey } from './audit.js';
import { changeOptions } from './caller.js';

/** `POST /api/api-keys/{id}/enable`: idempotent. No key enables keys (K5). */
export function enableRoute(app: HttpApp, { keystamp }: ServerContext): void {
  const schema = {
    tags: ['API keys'],
    operationId: 'enableApiKey',
    summary: 'Enable a disabled key: it works again, unless it has expired or its user is inactive',
    params: ApiKeyParams,
    body: EnableApiKeyBody,
    response: { 200: ApiKeyAnswer },
  };
  const refusals = { 404: NO_SUCH_KEY, 409: 'The key is revoked.' };
  const codes = { 409: ['key_revoked'] } as const;
  const config = { access: 'session', refusals, codes } as const;
  app.post('/api/api-keys/:id/enable', { schema, config }, async (request) => {
    const key = await keystamp.enableApiKey(request.params.id, changeOptions(request));
    if (key === null) throw notFound('API key');
    if (key.enabledNow) auditKey(request, 'enabled', key);
    return toApiKeyAnswer(keystamp, key);
  });
}
