import type { ServerContext } from '../../context.js';
import { BulkRevokeAnswer, BulkRevokeBody } from '../../contract/bulk.js';
import { WRITE_SCOPE } from '../../contract/scopes.js';
import type { HttpApp } from '../../http/http-app.js';
import { BULK_BODY_LIMIT, BULK_USES, seenKeysOf, toBulkAnswer } from './bulk.js';
import { changeOptions } from './caller.js';

/** `POST /api/api-keys/bulk-revoke`: a key used since it was looked at is left alone. */
export function bulkRevokeRoute(app: HttpApp, { keystamp }: ServerContext): void {
  const schema = {
    tags: ['API keys'],
    operationId: 'revokeApiKeys',
    summary: 'Revoke up to 1,000 keys, but none that was used since it was listed',
    description: BULK_USES,
    body: BulkRevokeBody,
    response: { 200: BulkRevokeAnswer },
  };
  const config = { access: 'session_or_key', scope: WRITE_SCOPE } as const;
  const options = { schema, config, bodyLimit: BULK_BODY_LIMIT };
  app.post('/api/api-keys/bulk-revoke', options, async (request) => {
    const keys = seenKeysOf(request.body);
    const outcomes = await keystamp.revokeApiKeys(keys, changeOptions(request));
    return toBulkAnswer(request, 'revoked', outcomes);
  });
}
