/**
 * What requests say in place of values that are known only when they are sent: the ids and secrets of the round. The order
 * of the requests so depends on the seed alone.
 */
export interface World {
  /** Ids of keys that are there, each of another kind. */
  readonly keyIds: readonly string[];
  readonly userIds: readonly string[];
  /** Texts of keys, which may act or not. */
  readonly apiKeys: readonly string[];
  readonly emails: readonly string[];
  readonly password: string;
  /** `next_cursor` of lists. */
  readonly cursors: readonly string[];
  /** How a request proves who sends it, by the name of the caller. */
  readonly callers: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

const each = (name: string, count: number) =>
  Array.from({ length: count }, (_, i) => `@@${name}${i}@@`);

/** By the name of a field or parameter. */
export const NAMED_VALUES: Readonly<Record<string, readonly string[]>> = {
  id: [...each('key', 6), ...each('user', 2)],
  key_id: each('key', 6),
  newest_of: ['@@key0@@,@@key1@@'],
  user: ['all', ...each('user', 3)],
  user_id: each('user', 3),
  actor: ['session', 'library', ...each('user', 3)],
  token: each('token', 6),
  client_secret: each('token', 6),
  email: each('email', 3),
  password: ['@@password@@'],
  current: ['@@password@@'],
  cursor: each('cursor', 3),
};

/** The text as it is sent. A stand-in that has no value in this round is left as a text that is not known. */
export function resolved(text: string, world: World): string {
  const lists: Readonly<Record<string, readonly string[]>> = {
    key: world.keyIds,
    user: world.userIds,
    token: world.apiKeys,
    email: world.emails,
    cursor: world.cursors,
  };
  return text
    .replaceAll('@@password@@', world.password)
    .replace(/@@(key|user|token|email|cursor)(\d)@@/g, (_, name: string, i: string) => {
      return lists[name]?.[Number(i)] ?? 'none';
    });
}
