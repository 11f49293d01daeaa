import type { ServerContext } from '../../context.js';
import {
  ApiKeyAnswer,
  ApiKeyParams,
  INTROSPECT_SCOPE,
  NO_SUCH_KEY,
  UpdateApiKeyBody,
  WRITE_SCOPE,
} from '../../contract/api-keys.js';
import type { HttpApp } from '../../http/http-app.js';
import { notFound } from '../../http/problem.js';
import { toApiKeyAnswer } from './api-key-info.js';
import { auditKey } from './audit.js';
import { callerOf, reachOf, requireGrantable, requireSession } from './caller.js';
import { given, timeOf } from './input.js';
import { requireAdminsKey } from './introspect-grant.js';

/** `PATCH /api/api-keys/{id}` */
export function updateRoute(app: HttpApp, { keystamp }: ServerContext): void {
  const schema = {
    tags: ['API keys'],
    operationId: 'updateApiKey',
    summary: 'Rename a key; signed in, change its scopes or expiry too',
    params: ApiKeyParams,
    body: UpdateApiKeyBody,
    response: { 200: ApiKeyAnswer },
  };
  const refusals = {
    404: NO_SUCH_KEY,
    409: 'The key is revoked, or would get more scopes by having none.',
  };
  const config = { access: 'session_or_key', scope: WRITE_SCOPE, refusals } as const;
  app.patch('/api/api-keys/:id', { schema, config }, async (request) => {
    const caller = callerOf(request);
    const reach = reachOf(caller);
    const { id } = request.params;
    const { name, scopes, expires_at } = request.body;
    if (scopes !== undefined) requireSession(caller, 'scopes');
    if (expires_at !== undefined) requireSession(caller, 'expiry');
    const expiresAt = expires_at === undefined ? undefined : timeOf(expires_at);
    if (scopes?.includes(INTROSPECT_SCOPE)) {
      const before = await keystamp.getApiKey(id, reach);
      if (before === null) throw notFound('API key');
      requireGrantable(caller, scopes, before.scopes);
      await requireAdminsKey(keystamp.database, before.userId, scopes, before.scopes);
    }
    const key = await keystamp.updateApiKey(id, given({ name, scopes, expiresAt }), reach);
    if (key === null) throw notFound('API key');
    auditKey(request, 'changed', key, { changed: Object.keys(request.body).join(' ') });
    return toApiKeyAnswer(keystamp, key);
  });
}
