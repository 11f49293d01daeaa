import type { FastifyRequest } from 'fastify';
import type { ServerContext } from '../../context.js';
import { FOR_USER_HEADER, forUserValue } from '../../contract/for-user.js';
import { UNATTENDED_HEADER } from '../../contract/unattended.js';
import type { SessionActor } from '../../http/actor.js';
import { requireOwnOrigin } from '../../http/origin.js';
import { Refusal } from '../../rules/refusal.js';
import { readSessionCookie } from './session-cookie.js';

/**
 * Who is signed in by the request's cookie, as the database has them now. Null: nobody. An unsafe
 * request must come from our own pages as well, and every request must be for that user where it says for whom
 * it is; else it is refused.
 */
export async function authenticateSession(
  context: ServerContext,
  request: FastifyRequest,
): Promise<SessionActor | null> {
  const id = readSessionCookie(context.config, request);
  if (id === null) return null;
  const found = await context.sessions.find(id);
  if (found === null) return null;
  const { user, isMarkOld, sessionHash } = found;
  requireOwnOrigin(context, request);
  requireSameUser(request, user.id);
  if (isMarkOld && !isUnattended(request)) await context.sessions.markSeen(sessionHash);
  return { kind: 'session', user, sessionHash };
}

/** Another tab of the browser may have signed in somebody else since the page was opened. */
function requireSameUser({ headers }: FastifyRequest, userId: string): void {
  const forUser = headers[FOR_USER_HEADER];
  if (forUser === undefined || forUser === forUserValue(userId)) return;
  throw new Refusal('other_user', 'Another user is signed in now. Nothing was done.');
}

/** The page refreshes by itself: while nobody is there, that keeps no session alive. */
function isUnattended({ method, headers }: FastifyRequest): boolean {
  return method === 'GET' && headers[UNATTENDED_HEADER] !== undefined;
}
