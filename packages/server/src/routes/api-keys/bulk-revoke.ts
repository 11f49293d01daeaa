import { audit } from '../../audit/audit.js';
import type { ServerContext } from '../../context.js';
import { BulkRevokeAnswer, BulkRevokeBody, WRITE_SCOPE } from '../../contract/api-keys.js';
import type { HttpApp } from '../../http/http-app.js';
import { callerOf, reachOf } from './caller.js';
import { timeOf } from './input.js';

/** 1,000 keys take about 90 kB, and half as much again when they are printed with indents. */
const BODY_LIMIT = 256 * 1024;

/** `POST /api/api-keys/bulk-revoke`: a key used since it was looked at is left alone. */
export function bulkRevokeRoute(app: HttpApp, { keystamp }: ServerContext): void {
  const schema = {
    tags: ['API keys'],
    operationId: 'revokeApiKeys',
    summary: 'Revoke up to 1,000 keys, but none that was used since it was listed',
    description:
      'Uses that the answering instance has not stored yet count too. Uses at other instances count once they are stored: ' +
      'after two windows (KEYSTAMP_PRECISION_MS) and a flush at most.',
    body: BulkRevokeBody,
    response: { 200: BulkRevokeAnswer },
  };
  const config = { access: 'session_or_key', scope: WRITE_SCOPE } as const;
  app.post(
    '/api/api-keys/bulk-revoke',
    { schema, config, bodyLimit: BODY_LIMIT },
    async (request) => {
      const keys = request.body.keys.map(({ id, last_used_at }) => ({
        id,
        lastUsedAt: timeOf(last_used_at),
      }));
      const results = await keystamp.revokeApiKeys(keys, reachOf(callerOf(request)));
      for (const { id, keyPrefix, outcome } of results) {
        if (outcome === 'revoked')
          audit(request, 'API key revoked', { key: id, keyPrefix, bulk: true });
      }
      return { results: results.map(({ id, outcome }) => ({ id, outcome })) };
    },
  );
}
