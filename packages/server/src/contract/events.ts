import {
  ACTOR_KINDS,
  DEFAULT_EVENTS_LIMIT,
  EVENT_KINDS,
  MAX_EVENTS_LIMIT,
  MAX_NEWEST_OF,
} from 'keystamp/rules';
import { type Static, Type } from 'typebox';
import { EXAMPLE_AS_OF, EXAMPLE_EVENT } from './examples.js';
import { AsOf, Timestamp, UserId } from './field-types.js';
import { KeyId, KeyIds } from './key-fields.js';
import { Nullable } from './nullable.js';
import { oneOf } from './one-of.js';

const Text = Type.String();

export const EventKind = Type.Enum([...EVENT_KINDS], { title: 'EventKind' });
export type EventKind = Static<typeof EventKind>;

/** Who did it. */
export const EventActor = Type.Object(
  {
    kind: Type.Enum([...ACTOR_KINDS], { title: 'ActorKind' }),
    user_id: Nullable(
      Type.String({ description: 'The user who did it; null: no user of Keystamp.' }),
    ),
    key_id: Nullable(Type.String({ description: 'The key that did it; null: none.' })),
    name: Nullable(
      Type.String({ description: 'What else it is called, such as a role of the database.' }),
    ),
  },
  { title: 'EventActor' },
);
export type EventActor = Static<typeof EventActor>;

/** A value before and after a change. */
type ChangedValue = { from: unknown; to: unknown };
const Changed = Type.Unsafe<Record<string, ChangedValue> | null>({
  type: ['object', 'null'],
  additionalProperties: {
    type: 'object',
    title: 'ChangedValue',
    properties: { from: {}, to: {} },
    required: ['from', 'to'],
  },
  description:
    'What changed, by field, from which value to which; null: no field. A new text of the key is `key_hash`, without values.',
  examples: [{ name: { from: 'Report', to: 'Nightly report' } }],
  title: 'ChangedFields',
});

/** How a key that may not act was presented. */
const RefusedUse = Nullable(
  Type.Object(
    {
      reason: Type.Enum(['revoked', 'expired', 'disabled', 'user_inactive']),
      route: Nullable(Type.String({ description: 'What was asked for; null: unknown.' })),
      network: Nullable(Type.String({ description: "The client's network; null: unknown." })),
    },
    {
      title: 'RefusedUse',
      description: 'Of the kind `refused` alone; null with every other kind.',
    },
  ),
);

/** One line of the history of a key: a change and who made it, or a use that was refused. Never a use. */
export const KeyEvent = Type.Object(
  {
    id: Type.String({ description: 'A whole number; a later event has a greater one.' }),
    key_id: Type.String({ format: 'uuid' }),
    key_name: Nullable(Type.String({ description: 'As the key was called after the change.' })),
    key_prefix: Nullable(Text),
    user_id: Type.String({ description: 'Whose key it was after the change.' }),
    at: Timestamp,
    kind: EventKind,
    actor: EventActor,
    from_address: Nullable(
      Type.String({
        description:
          'The address of the client. Null: unknown, or of another user, which only administrators see.',
      }),
    ),
    changed: Changed,
    refusal: RefusedUse,
  },
  { title: 'KeyEvent' },
);
export type KeyEvent = Static<typeof KeyEvent>;

/** Query of `GET /api/events`. */
export const ListEventsQuery = Type.Object(
  {
    key_id: Type.Optional(KeyId),
    /** Of keys that were this user's after the change. Another's is for administrators. */
    user_id: Type.Optional(
      Type.String({
        ...UserId,
        description:
          'the id of a user; left out: your own keys, or as an administrator those of all users',
      }),
    ),
    kind: Type.Optional(
      Type.Enum([...EVENT_KINDS], {
        title: 'EventKind',
        description: oneOf(EVENT_KINDS),
        examples: ['revoked'],
      }),
    ),
    actor: Type.Optional(
      Type.String({
        ...UserId,
        description: `a kind of actor (${oneOf(ACTOR_KINDS)}), the id of a user or of a key, or the name of an actor`,
      }),
    ),
    since: Type.Optional(
      Type.String({
        format: 'date-time',
        description: 'a time as in 2026-11-23T12:00:00Z: events from it on',
        examples: ['2026-11-23T12:00:00Z'],
      }),
    ),
    until: Type.Optional(
      Type.String({
        format: 'date-time',
        description: 'a time as in 2026-11-23T12:00:00Z: events before it',
        examples: ['2026-11-24T12:00:00Z'],
      }),
    ),
    limit: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: MAX_EVENTS_LIMIT,
        default: DEFAULT_EVENTS_LIMIT,
        description: 'a whole number from 1 to 1,000',
        examples: [100],
      }),
    ),
    cursor: Type.Optional(
      Type.String({
        pattern: '^[1-9][0-9]{0,17}$',
        description: 'next_cursor of the page before, with the same query otherwise',
        examples: ['4711'],
      }),
    ),
    newest_of: Type.Optional(
      KeyIds(MAX_NEWEST_OF, ': the newest event of each, in place of key_id, limit and cursor'),
    ),
  },
  { additionalProperties: false },
);
export type ListEventsQuery = Static<typeof ListEventsQuery>;

/** One page of events, newest first. `next_cursor` is null on the last page. */
export const ListedEvents = Type.Object(
  { events: Type.Array(KeyEvent), next_cursor: Nullable(Type.String()), as_of: AsOf },
  {
    title: 'ListedEvents',
    examples: [{ events: [EXAMPLE_EVENT], next_cursor: null, as_of: EXAMPLE_AS_OF }],
  },
);
export type ListedEvents = Static<typeof ListedEvents>;
