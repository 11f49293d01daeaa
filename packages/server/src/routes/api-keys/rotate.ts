import type { ServerContext } from '../../context.js';
import {
  ApiKeyParams,
  IDEMPOTENCY,
  IssuedApiKey,
  IssuingHeaders,
  NO_SUCH_KEY,
  REPEAT_REFUSALS,
  RotateApiKeyBody,
} from '../../contract/api-keys.js';
import type { HttpApp } from '../../http/http-app.js';
import { notFound } from '../../http/problem.js';
import { toIssuedApiKey } from './api-key-info.js';
import { auditKey } from './audit.js';
import { callerOf, reachOf, requireGrantable } from './caller.js';
import { idempotencyKeyOf } from './idempotency-key.js';
import { given } from './input.js';
import { requireAdminsSuccessor } from './introspect-grant.js';

/** `POST /api/api-keys/{id}/rotate` */
export function rotateRoute(app: HttpApp, { keystamp }: ServerContext): void {
  const schema = {
    tags: ['API keys'],
    operationId: 'rotateApiKey',
    summary: 'Replace a key by a successor; the old one goes on until the grace ends',
    params: ApiKeyParams,
    description: IDEMPOTENCY,
    headers: IssuingHeaders,
    body: RotateApiKeyBody,
    response: { 201: IssuedApiKey },
  };
  const refusals = {
    ...REPEAT_REFUSALS,
    404: NO_SUCH_KEY,
    409: `The key is revoked, expired or rotated already, or its user may not have its scopes. ${REPEAT_REFUSALS[409]}`,
  };
  const config = { access: 'session', refusals } as const;
  app.post('/api/api-keys/:id/rotate', { schema, config }, async (request, reply) => {
    const { id } = request.params;
    const graceSeconds = request.body.grace_seconds ?? 0;
    const caller = callerOf(request);
    const before = await keystamp.getApiKey(id, reachOf(caller));
    if (before === null) throw notFound('API key');
    requireGrantable(caller, before.scopes);
    await requireAdminsSuccessor(keystamp.database, before);
    const idempotencyKey = idempotencyKeyOf(request, caller);
    const options = given({ graceSeconds, idempotencyKey });
    const issued = await keystamp.rotateApiKey(id, options, reachOf(caller));
    if (issued === null) throw notFound('API key');
    const action = issued.isReissued ? 'reissued' : 'rotated';
    auditKey(request, action, issued.key, { replaces: id, graceSeconds });
    return reply.code(201).send(toIssuedApiKey(keystamp, issued));
  });
}
