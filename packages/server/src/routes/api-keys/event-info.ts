import type { KeyEvent } from 'keystamp';
import type { KeyEvent as KeyEventInfo } from '../../contract/events.js';

/** An event of the history as it goes over the wire. */
export function toEventInfo({ actor, ...event }: KeyEvent): KeyEventInfo {
  return {
    id: event.id,
    key_id: event.keyId,
    key_name: event.keyName,
    key_prefix: event.keyPrefix,
    user_id: event.userId,
    at: event.at.toISOString(),
    kind: event.kind,
    actor: {
      kind: actor.kind,
      user_id: actor.userId,
      key_id: actor.keyId,
      name: actor.name,
    },
    from_address: event.fromAddress,
    changed: event.changed === null ? null : { ...event.changed },
    refusal: event.refusal === null ? null : { ...event.refusal },
  };
}
