import type { FastifyRequest } from 'fastify';
import type { Keystamp } from 'keystamp';
import { Type } from 'typebox';
import type { ServerContext } from '../../context.js';
import { FORM_TYPE } from '../../http/authenticate-key/key-in-form.js';
import type { HttpApp } from '../../http/http-app.js';
import { auditKey } from '../api-keys/audit.js';
import { changedBy } from '../api-keys/caller.js';
import { TokenForm } from './token-form.js';

const NOTHING = Type.Unsafe<undefined>(Type.Null({ description: 'Whatever came; no body.' }));

/**
 * `POST /oauth2/revoke`, RFC 7009: the holder of a key may end it, which is what a finder of a leaked one
 * should do. The answer is 200 for every token, so it says nothing about it, and it is no use of that key. A client that
 * authenticates is held to it: its key must be valid, and that is a use of the client's key.
 */
export function revokeTokenRoute(app: HttpApp, { keystamp }: ServerContext): void {
  const schema = {
    tags: ['OAuth 2.0'],
    operationId: 'revokeToken',
    summary: 'Revoke a key by the key itself; RFC 7009',
    body: TokenForm,
    consumes: [FORM_TYPE],
    response: { 200: NOTHING },
  };
  const config = { access: 'public_or_key', keyInBasic: true, keyInForm: true } as const;
  app.post('/oauth2/revoke', { schema, config }, async (request, reply) => {
    await revokeByPossession(keystamp, request, request.body.token);
    return reply.code(200).send(undefined);
  });
}

async function revokeByPossession(keystamp: Keystamp, request: FastifyRequest, token: string) {
  const validation = await keystamp.validateUserApiKey(token, { recordUse: false });
  if (!('key' in validation) || validation.key.status === 'revoked') return;
  const actor = changedBy(request, request.actor ?? { ...validation, kind: 'key' });
  const key = await keystamp.revokeApiKey(validation.key.id, { actor });
  if (key?.revokedNow) auditKey(request, 'revoked', key, { by: 'the key itself' });
}
