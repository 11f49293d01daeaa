import type { UserApiKey } from 'keystamp';

/** What happened to a key, as its audit line says it. */
export type AuditedAction =
  | 'created'
  | 'reissued'
  | 'changed'
  | 'moved'
  | 'disabled'
  | 'enabled'
  | 'revoked'
  | 'rotated'
  | 'deleted';

/** Which key an audit line is about. */
export function keyFields({
  id,
  keyPrefix,
  userId,
}: Pick<UserApiKey, 'id' | 'keyPrefix' | 'userId'>) {
  return { key: id, keyPrefix, owner: userId };
}
