import { DEFAULT_GRACE_SECONDS } from 'keystamp/rules';
import type { ServerContext } from '../../context.js';
import { IssuedApiKey } from '../../contract/api-key-info.js';
import {
  IDEMPOTENCY,
  IssuingHeaders,
  REPEAT_REFUSALS,
  RotateApiKeyBody,
} from '../../contract/issue-keys.js';
import { ApiKeyParams, NO_SUCH_KEY } from '../../contract/key-fields.js';
import type { HttpApp } from '../../http/http-app.js';
import { notFound } from '../../http/problem.js';
import { toIssuedApiKey } from './api-key-info.js';
import { auditKey } from './audit.js';
import { callerOf, changeOptions, reachOf, requireGrantable } from './caller.js';
import { idempotencyKeyOf } from './idempotency-key.js';
import { given } from './input.js';
import { requireAdminsSuccessor } from './introspect-grant.js';

/** `POST /api/api-keys/{id}/rotate` */
export function rotateRoute(app: HttpApp, { keystamp }: ServerContext): void {
  const schema = {
    tags: ['API keys'],
    operationId: 'rotateApiKey',
    summary:
      'Replace a key by a successor; the old one goes on until the grace ends, a day where none is said',
    params: ApiKeyParams,
    description: IDEMPOTENCY,
    headers: IssuingHeaders,
    body: RotateApiKeyBody,
    response: { 201: IssuedApiKey },
  };
  const refusals = {
    ...REPEAT_REFUSALS,
    404: NO_SUCH_KEY,
    409: `The key is revoked, expired, disabled or rotated already, or its user may not have its scopes. ${REPEAT_REFUSALS[409]}`,
  };
  const codes = {
    409: [
      'key_revoked',
      'key_expired',
      'key_disabled',
      'key_rotated',
      'scope_not_allowed',
      'too_many_keys',
      'idempotency_conflict',
    ],
  } as const;
  const config = { access: 'session', refusals, codes } as const;
  app.post('/api/api-keys/:id/rotate', { schema, config }, async (request, reply) => {
    const { id } = request.params;
    const graceSeconds = request.body.grace_seconds ?? DEFAULT_GRACE_SECONDS;
    const caller = callerOf(request);
    const before = await keystamp.getApiKey(id, reachOf(caller));
    if (before === null) throw notFound('API key');
    requireGrantable(caller, before.scopes);
    await requireAdminsSuccessor(keystamp.database, before);
    const idempotencyKey = idempotencyKeyOf(request, caller);
    const options = given({ graceSeconds, idempotencyKey });
    const issued = await keystamp.rotateApiKey(id, options, changeOptions(request));
    if (issued === null) throw notFound('API key');
    const action = issued.isReissued ? 'reissued' : 'rotated';
    auditKey(request, action, issued.key, { replaces: id, graceSeconds });
    return reply.code(201).send(toIssuedApiKey(keystamp, issued));
  });
}
