import { Type } from 'typebox';
import type { ServerContext } from '../../context.js';
import { ApiKeyParams, NO_SUCH_KEY } from '../../contract/key-fields.js';
import { WRITE_SCOPE } from '../../contract/scopes.js';
import type { HttpApp } from '../../http/http-app.js';
import { notFound } from '../../http/problem.js';
import { auditKey } from './audit.js';
import { changeOptions } from './caller.js';

/** `DELETE /api/api-keys/{id}` */
export function deleteRoute(app: HttpApp, { keystamp }: ServerContext): void {
  const schema = {
    tags: ['API keys'],
    operationId: 'deleteApiKey',
    summary: 'Delete a key: the record goes too',
    params: ApiKeyParams,
    response: { 204: Type.Null() },
  };
  const refusals = { 404: NO_SUCH_KEY };
  const config = { access: 'session_or_key', scope: WRITE_SCOPE, refusals } as const;
  app.delete('/api/api-keys/:id', { schema, config }, async (request, reply) => {
    const key = await keystamp.deleteApiKey(request.params.id, changeOptions(request));
    if (key === null) throw notFound('API key');
    auditKey(request, 'deleted', key);
    return reply.code(204).send(null);
  });
}
