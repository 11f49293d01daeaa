import type { FastifyRequest } from 'fastify';
import type { ActorInput, ChangeOptions, Ownership } from 'keystamp';
import { INTROSPECT_SCOPE } from '../../contract/scopes.js';
import type { Actor } from '../../http/actor.js';
import { clientAddress } from '../../http/client-network.js';
import { Refusal } from '../../rules/refusal.js';

/** On whose behalf an admitted request acts. */
export function callerOf(request: FastifyRequest): Actor {
  if (request.actor === null) throw new Error('the route is public');
  return request.actor;
}

/** The keys that the caller may touch: administrators everybody's, others their own. */
export function reachOf({ user }: Actor): Ownership {
  return user.isAdmin ? {} : { userId: user.id };
}

/** The keys that the caller may change, and who changes them. */
export function changeOptions(request: FastifyRequest): ChangeOptions {
  return { ...reachOf(callerOf(request)), actor: changedBy(request, callerOf(request)) };
}

/** Who makes a change and from where, as the history keeps it. */
export function changedBy(request: FastifyRequest, actor: Actor): ActorInput {
  const keyId = actor.kind === 'key' ? actor.key.id : null;
  const fromAddress = clientAddress(request);
  return { kind: actor.kind, userId: actor.user.id, keyId, fromAddress };
}

/** Refuses a caller who asks for another user's keys without being an administrator. */
export function requireOwn(caller: Actor, userId: string): void {
  if (userId !== caller.user.id) requireAdmin(caller);
}

/** Refuses a caller who asks for everybody's keys without being an administrator. */
export function requireAdmin({ user }: Actor): void {
  if (user.isAdmin) return;
  throw new Refusal('forbidden', "Only administrators may reach other users' keys.");
}

/** A key never changes what keys may do or how long they last, its own included (K5). */
export function requireSession(caller: Actor, what: string): void {
  if (caller.kind === 'session') return;
  throw new Refusal('forbidden', `A key cannot change ${what}: sign in.`);
}

/** The scope that opens other users' tokens is granted by administrators only; one that is held may stay. */
export function requireGrantable(
  { user }: Actor,
  scopes: readonly string[],
  held: readonly string[] = [],
): void {
  if (user.isAdmin || !scopes.includes(INTROSPECT_SCOPE) || held.includes(INTROSPECT_SCOPE)) return;
  throw new Refusal('forbidden', `Only administrators may grant the scope ${INTROSPECT_SCOPE}.`);
}
