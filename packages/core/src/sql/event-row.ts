import type { Actor } from '../model/actor.js';
import type { ChangedValue, KeyEvent, KeyEventKind, RefusedUse } from '../model/key-event.js';
import { clampTime } from './clamp-time.js';

/** A row of `keystamp.key_events`. */
export interface EventRow {
  id: string;
  key_id: string;
  user_id: string;
  at: Date;
  kind: KeyEventKind;
  actor: { kind: Actor['kind']; user_id?: string; key_id?: string; name?: string };
  from_address: string | null;
  detail: {
    name?: string;
    key_prefix?: string;
    changed?: Record<string, ChangedValue>;
    reason?: RefusedUse['reason'];
    route?: string;
    network?: string;
  };
}

export function toKeyEvent({ actor, detail, ...row }: EventRow): KeyEvent {
  const { reason, route = null, network = null } = detail;
  return {
    id: row.id,
    keyId: row.key_id,
    keyName: detail.name ?? null,
    keyPrefix: detail.key_prefix ?? null,
    userId: row.user_id,
    at: clampTime(row.at),
    kind: row.kind,
    actor: {
      kind: actor.kind,
      userId: actor.user_id ?? null,
      keyId: actor.key_id ?? null,
      name: actor.name ?? null,
    },
    fromAddress: row.from_address,
    changed: detail.changed === undefined ? null : toChanged(detail.changed),
    refusal: reason === undefined ? null : { reason, route, network },
  };
}

function toChanged(stored: Record<string, ChangedValue>): Record<string, ChangedValue> {
  const pairs = Object.entries(stored).map(([column, { from, to }]) => {
    const isTime = column.endsWith('_at');
    return [column, isTime ? { from: toIso(from), to: toIso(to) } : { from, to }];
  });
  return Object.fromEntries(pairs);
}

/** As the library shows times: in UTC, with milliseconds. */
function toIso(stored: unknown): unknown {
  if (typeof stored !== 'string') return stored;
  const ms = stored === 'infinity' ? Number.POSITIVE_INFINITY : Date.parse(stored);
  return Number.isNaN(ms) ? stored : clampTime(new Date(Math.min(ms, 8.64e15))).toISOString();
}
