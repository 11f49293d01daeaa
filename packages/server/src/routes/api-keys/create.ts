import type { ServerContext } from '../../context.js';
import { IssuedApiKey } from '../../contract/api-key-info.js';
import {
  CreateApiKeyBody,
  IDEMPOTENCY,
  IssuingHeaders,
  REPEAT_REFUSALS,
} from '../../contract/issue-keys.js';
import type { HttpApp } from '../../http/http-app.js';
import { toIssuedApiKey } from './api-key-info.js';
import { auditKey } from './audit.js';
import { callerOf, changedBy, requireGrantable, requireOwn } from './caller.js';
import { idempotencyKeyOf } from './idempotency-key.js';
import { given, timeOf } from './input.js';
import { requireAdminsKey } from './introspect-grant.js';
import { requireNoNewAddress } from './new-address.js';

/** `POST /api/api-keys` */
export function createRoute(app: HttpApp, { keystamp }: ServerContext): void {
  const schema = {
    tags: ['API keys'],
    operationId: 'createApiKey',
    summary: 'Create a key; the answer is the only place where it is shown',
    description: IDEMPOTENCY,
    headers: IssuingHeaders,
    body: CreateApiKeyBody,
    response: { 201: IssuedApiKey },
  };
  const refusals = {
    ...REPEAT_REFUSALS,
    409: `The user has as many keys as one may have. ${REPEAT_REFUSALS[409]}`,
  };
  const codes = { 409: ['too_many_keys', 'idempotency_conflict'] } as const;
  const config = { access: 'session', refusals, codes } as const;
  app.post('/api/api-keys', { schema, config }, async (request, reply) => {
    const caller = callerOf(request);
    const { name, scopes, expires_at, note, metadata, user_id } = request.body;
    const userId = user_id ?? caller.user.id;
    requireOwn(caller, userId);
    requireGrantable(caller, scopes ?? []);
    await requireNoNewAddress(keystamp.database, userId);
    await requireAdminsKey(keystamp.database, userId, scopes ?? []);
    const expiresAt = expires_at === undefined ? undefined : timeOf(expires_at);
    const idempotencyKey = idempotencyKeyOf(request, caller);
    const more = given({ scopes, expiresAt, note, metadata, idempotencyKey });
    const actor = changedBy(request, caller);
    const issued = await keystamp.createApiKey({ userId, name, ...more }, { actor });
    auditKey(request, issued.isReissued ? 'reissued' : 'created', issued.key);
    return reply.code(201).send(toIssuedApiKey(keystamp, issued));
  });
}
