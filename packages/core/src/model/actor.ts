import { ArgumentError } from '../errors.js';
import { holdsApiKey } from '../key-format/key-in-text.js';
import { ACTOR_KINDS, DISPLAY_TEXT_PATTERN, lengthOf, MAX_ACTOR_LENGTH } from '../rules/index.js';
import { checkId, checkOneOf, checkUserId } from './arguments.js';
import { checkFields, type FieldsOf } from './known-fields.js';

export type ActorKind = (typeof ACTOR_KINDS)[number];

/** Who changed a key, as the history shows it. */
export interface Actor {
  /** `database`: a role of the database, past Keystamp, such as with `psql`; its name is `name`. */
  readonly kind: ActorKind;
  /** The user who did it. Null: no user of Keystamp. */
  readonly userId: string | null;
  /** The key that did it. Null: none. */
  readonly keyId: string | null;
  /** What else the actor is called: a role of the database, a user of the operating system. Null: nothing. */
  readonly name: string | null;
}

/** Who makes a change. What is left out is unknown. */
export interface ActorInput {
  /** Default `library`. */
  readonly kind?: Exclude<ActorKind, 'database'> | undefined;
  readonly userId?: string | null | undefined;
  readonly keyId?: string | null | undefined;
  /** A text on one line of at most 255 characters. */
  readonly name?: string | null | undefined;
  /** From where: the address of the client. */
  readonly fromAddress?: string | null | undefined;
}

const FIELDS: FieldsOf<ActorInput> = {
  kind: true,
  userId: true,
  keyId: true,
  name: true,
  fromAddress: true,
};
const KINDS = ACTOR_KINDS.filter((kind) => kind !== 'database');

/** An actor as a statement carries it to the trigger that writes the history. */
export function checkActor(given: ActorInput | undefined): string {
  const actor = given === undefined ? {} : checkFields(given, FIELDS, 'actor');
  return JSON.stringify({
    kind: actor.kind === undefined ? 'library' : checkOneOf(actor.kind, 'actor.kind', KINDS),
    user_id: optional(actor.userId, (id) => checkUserId(id, 'actor.userId')),
    key_id: optional(actor.keyId, (id) => checkId(id, 'actor.keyId')),
    name: optional(actor.name, (name) => checkLine(name, 'actor.name')),
    from_address: optional(actor.fromAddress, (text) => checkLine(text, 'actor.fromAddress')),
  });
}

function optional(value: string | null | undefined, check: (value: string) => string) {
  return value === undefined || value === null ? null : check(value);
}

function checkLine(text: unknown, field: string): string {
  const isLine =
    typeof text === 'string' &&
    DISPLAY_TEXT_PATTERN.test(text) &&
    lengthOf(text) <= MAX_ACTOR_LENGTH &&
    !holdsApiKey(text);
  if (isLine) return text;
  throw new ArgumentError(field, `a text of 1 to ${MAX_ACTOR_LENGTH} characters on one line`);
}
