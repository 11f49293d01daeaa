import type { FastifyRequest } from 'fastify';
import type { UpdateApiKeyInput, UserApiKey } from 'keystamp';
import type { Executor } from 'keystamp/database';
import type { ServerContext } from '../../context.js';
import { ApiKeyAnswer } from '../../contract/api-key-info.js';
import { UpdateApiKeyBody } from '../../contract/change-keys.js';
import { ApiKeyParams, NO_SUCH_KEY } from '../../contract/key-fields.js';
import { WRITE_SCOPE } from '../../contract/scopes.js';
import type { Actor } from '../../http/actor.js';
import type { HttpApp } from '../../http/http-app.js';
import { notFound } from '../../http/problem.js';
import { toApiKeyAnswer } from './api-key-info.js';
import { auditKey } from './audit.js';
import {
  callerOf,
  changeOptions,
  reachOf,
  requireAdmin,
  requireGrantable,
  requireSession,
} from './caller.js';
import { given, timeOf } from './input.js';
import { requireAdminsKey, requireAdminsMove } from './introspect-grant.js';
import { requireNoNewAddress } from './new-address.js';

/** `PATCH /api/api-keys/{id}` */
export function updateRoute(app: HttpApp, { keystamp }: ServerContext): void {
  const schema = {
    tags: ['API keys'],
    operationId: 'updateApiKey',
    summary: 'Rename or describe a key; signed in, change its scopes, expiry or user too',
    description:
      'A revoked key takes a note and metadata alone. `user_id` is for administrators: it moves the key, which goes on working. A key without scopes may then do whatever its new user may.',
    params: ApiKeyParams,
    body: UpdateApiKeyBody,
    response: { 200: ApiKeyAnswer },
  };
  const refusals = {
    404: NO_SUCH_KEY,
    409: 'The key is revoked, or would get more scopes by having none; or the new user may not have its scopes, or has as many keys as one may have.',
  };
  const codes = {
    409: ['key_revoked', 'scope_widened', 'scope_not_allowed', 'too_many_keys'],
  } as const;
  const config = { access: 'session_or_key', scope: WRITE_SCOPE, refusals, codes } as const;
  app.patch('/api/api-keys/:id', { schema, config }, async (request) => {
    const { id } = request.params;
    const caller = callerOf(request);
    requireAllowed(caller, request.body);
    const before = await keystamp.getApiKey(id, reachOf(caller));
    if (before === null) throw notFound('API key');
    await requireFitting(keystamp.database, caller, before, request.body);
    const key = await keystamp.updateApiKey(id, changesOf(request.body), changeOptions(request));
    if (key === null) throw notFound('API key');
    auditChange(request, before, key);
    return toApiKeyAnswer(keystamp, key);
  });
}

/** A key changes no more of a key than its name and what is written on it (K5). */
function requireAllowed(caller: Actor, { scopes, expires_at, user_id }: UpdateApiKeyBody): void {
  if (scopes !== undefined) requireSession(caller, 'scopes');
  if (expires_at !== undefined) requireSession(caller, 'expiry');
  if (user_id === undefined) return;
  requireSession(caller, 'the user of a key');
  requireAdmin(caller);
}

/** The scopes must be the user's to have, of a key that moves the new user's. */
async function requireFitting(
  executor: Executor,
  caller: Actor,
  before: UserApiKey,
  { scopes, user_id = before.userId }: UpdateApiKeyBody,
): Promise<void> {
  if (user_id !== before.userId) {
    await requireNoNewAddress(executor, user_id);
    await requireAdminsMove(executor, user_id, scopes ?? before.scopes);
  } else if (scopes !== undefined) {
    requireGrantable(caller, scopes, before.scopes);
    await requireAdminsKey(executor, user_id, scopes, before.scopes);
  }
}

function changesOf({ expires_at, user_id, ...same }: UpdateApiKeyBody): UpdateApiKeyInput {
  const expiresAt = expires_at === undefined ? undefined : timeOf(expires_at);
  return given({ ...same, expiresAt, userId: user_id });
}

function auditChange(
  request: FastifyRequest<{ Body: UpdateApiKeyBody }>,
  before: UserApiKey,
  key: UserApiKey,
): void {
  const changed = Object.keys(request.body).join(' ');
  const isMoved = before.userId !== key.userId;
  if (isMoved) auditKey(request, 'moved', key, { changed, previousOwner: before.userId });
  else auditKey(request, 'changed', key, { changed });
}
