import { ArgumentError } from '../errors.js';
import type { ActorOption, ChangeOptions, Ownership, TransactionClient } from '../keystamp.js';
import { checkActor } from '../model/actor.js';
import { checkUserId } from '../model/arguments.js';
import { checkFields, type FieldsOf } from '../model/known-fields.js';

const OPTIONS: FieldsOf<ChangeOptions> = { userId: true, actor: true, client: true };
const OWNERSHIP: FieldsOf<Ownership> = { userId: true };
const ACTOR: FieldsOf<ActorOption> = { actor: true };

/** Whose keys alone are meant; null: everybody's. A misspelt limit must not become none. */
export function ownerOf(options: ChangeOptions): string | null {
  const own = checkFields(options, OPTIONS, 'options');
  // A limit that came out as undefined (`request.apiKey?.user.id`) must not become none either.
  return Object.hasOwn(own, 'userId') ? checkUserId(own.userId) : null;
}

/** As `ownerOf`, of a read: nobody needs to say who reads. */
export function readerOf(within: Ownership): string | null {
  return ownerOf(checkFields(within, OWNERSHIP, 'within'));
}

/** In which transaction; undefined: one of its own. `null` would be a client that got lost on the way: it is refused. */
export function clientOf(options: ChangeOptions): TransactionClient | undefined {
  return checkClient(checkFields(options, OPTIONS, 'options').client);
}

export function checkClient(client: TransactionClient | undefined): TransactionClient | undefined {
  if (client !== null) return client;
  throw new ArgumentError('client', 'a client in a transaction, or undefined');
}

/** Who makes the change, as the statement carries it. */
export function actorOf(options: ActorOption): string {
  return checkActor(checkFields(options, OPTIONS, 'options').actor);
}

/** As `actorOf`, of a change that is limited to no user. */
export function onlyActorOf(options: ActorOption): string {
  return checkActor(checkFields(options, ACTOR, 'options').actor);
}
