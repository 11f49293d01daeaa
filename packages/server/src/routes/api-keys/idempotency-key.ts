import { hash } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import type { Actor } from '../../http/actor.js';

/** The value of `Idempotency-Key`, checked by the schema, made one for this user alone. Undefined: none was sent. */
export function idempotencyKeyOf(
  { headers }: Pick<FastifyRequest, 'headers'>,
  { user }: Actor,
): string | undefined {
  const value = headers['idempotency-key'];
  return value === undefined ? undefined : hash('sha256', JSON.stringify([user.id, value]), 'hex');
}
