import type { KeyCounts, ListQuery } from 'keystamp';
import { DAYS_EXPECTED, readDays } from 'keystamp/rules';
import type { ServerContext } from '../../context.js';
import {
  type KeyCounts as CountsOnWire,
  ListApiKeysQuery,
  ListedApiKeys,
  METADATA_FILTER_TEXT,
} from '../../contract/list-keys.js';
import { READ_SCOPE } from '../../contract/scopes.js';
import type { Actor } from '../../http/actor.js';
import { asOf } from '../../http/as-of.js';
import type { HttpApp } from '../../http/http-app.js';
import { wrongField } from '../../rules/refusal.js';
import { toApiKeyInfo } from './api-key-info.js';
import { callerOf, requireAdmin, requireOwn } from './caller.js';
import { given } from './input.js';

const METADATA = 'metadata.';

/** `GET /api/api-keys` */
export function listRoute(app: HttpApp, { keystamp }: ServerContext): void {
  const schema = {
    tags: ['API keys'],
    operationId: 'listApiKeys',
    summary: 'List keys, and when each was last used',
    description: METADATA_FILTER_TEXT,
    querystring: ListApiKeysQuery,
    response: { 200: ListedApiKeys },
  };
  const config = { access: 'session_or_key', scope: READ_SCOPE } as const;
  app.get('/api/api-keys', { schema, config }, async (request) => {
    const query = toListQuery(request.query, callerOf(request));
    const { keys, nextCursor, trackingSince, restoredAt, count, counts } =
      await keystamp.listApiKeys(query);
    return {
      api_keys: keys.map(toApiKeyInfo),
      next_cursor: nextCursor,
      tracking_since: trackingSince.toISOString(),
      restored_at: restoredAt?.toISOString() ?? null,
      as_of: asOf(keystamp),
      count,
      counts: counts && countsOnWire(counts),
    };
  });
}

function toListQuery(query: ListApiKeysQuery, caller: Actor): ListQuery {
  const { user = caller.user.id, unused_for, expires_within, key_hash, ...others } = query;
  const { metadata, same } = splitMetadata(others);
  // A user's id may be `all` too: what the query means is decided before ids are compared.
  if (query.user === 'all') requireAdmin(caller);
  else requireOwn(caller, user);
  return given({
    ...same,
    userId: query.user === 'all' ? undefined : user,
    unusedFor: unused_for === undefined ? undefined : daysOf('unused_for', unused_for),
    expiresWithin:
      expires_within === undefined ? undefined : daysOf('expires_within', expires_within),
    metadata,
    keyHash: key_hash === undefined ? undefined : Buffer.from(key_hash, 'hex'),
  });
}

function countsOnWire(counts: KeyCounts): CountsOnWire {
  return {
    unused_for_30d: counts.unusedFor30d,
    unused_for_90d: counts.unusedFor90d,
    unused_for_365d: counts.unusedFor365d,
    unused_for_never: counts.unusedForNever,
    expires_within_30d: counts.expiresWithin30d,
    expires_within_never: counts.expiresWithinNever,
    status_disabled: counts.statusDisabled,
    is_estimate: counts.isEstimate,
  };
}

/** `metadata.team=billing` becomes the pair; undefined: there is none. */
function splitMetadata<T extends object>(query: T) {
  const pairs: [string, string][] = [];
  const same: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(query)) {
    if (name.startsWith(METADATA)) pairs.push([name.slice(METADATA.length), value as string]);
    else same[name] = value;
  }
  return { same: same as T, metadata: pairs.length === 0 ? undefined : Object.fromEntries(pairs) };
}

function daysOf(field: string, text: string): number | 'never' {
  const days = readDays(text);
  if (days === null) throw wrongField(field, `expected ${DAYS_EXPECTED}`);
  return days;
}
