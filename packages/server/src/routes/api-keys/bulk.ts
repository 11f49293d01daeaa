import type { FastifyRequest } from 'fastify';
import type { BulkOutcome, SeenApiKey } from 'keystamp';
import { audit } from '../../audit/audit.js';
import type { BulkRevokeBody } from '../../contract/bulk.js';
import { timeOf } from './input.js';

/** 1,000 keys take about 90 kB, and half as much again when they are printed with indents. */
export const BULK_BODY_LIMIT = 256 * 1024;

/** Which uses count, for the document. */
export const BULK_USES =
  'Uses that the answering instance has not stored yet count too. Uses at other instances count once they are stored: ' +
  'after two windows (KEYSTAMP_PRECISION_MS) and a flush at most.';

/** The keys to stop, as the caller saw them. */
export function seenKeysOf({ keys }: BulkRevokeBody): SeenApiKey[] {
  return keys.map(({ id, last_used_at }) => ({ id, lastUsedAt: timeOf(last_used_at) }));
}

/** The answer; each key that this request stopped gets a line in the audit. */
export function toBulkAnswer<Done extends 'revoked' | 'disabled'>(
  request: FastifyRequest,
  done: Done,
  outcomes: readonly BulkOutcome<Done>[],
) {
  for (const { id, keyPrefix, outcome } of outcomes) {
    if (outcome === done) audit(request, `API key ${done}`, { key: id, keyPrefix, bulk: true });
  }
  return { results: outcomes.map(({ id, outcome }) => ({ id, outcome })) };
}
