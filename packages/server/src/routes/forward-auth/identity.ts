import type { FastifyReply } from 'fastify';
import type { KeyActor } from '../../http/actor.js';

/**
 * The answer that lets a request pass. All three headers are always there: a proxy that copies them then overwrites what a
 * client made up.
 */
export function allow(reply: FastifyReply, status: 200 | 204, { user, key }: KeyActor): void {
  reply.isForProxy = true;
  reply
    .code(status)
    .header('x-keystamp-user', headerText(user.id))
    .header('x-keystamp-key-id', key.id)
    .header('x-keystamp-scopes', key.scopes.map(headerText).join(' '))
    .send(undefined);
}

const AS_IT_IS = /^[\w.!~*'():@/-]*$/;

/** Percent-encoded UTF-8, as `decodeURIComponent` reads it; `:`, `@` and `/` stay as they are. */
export function headerText(text: string): string {
  if (AS_IT_IS.test(text)) return text;
  return encodeURIComponent(text).replace(/%(3A|40|2F)/g, decodeURIComponent);
}
