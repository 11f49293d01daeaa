import { ArgumentError } from '../errors.js';
import { CARRIERS, type Carrier, isCarrier } from '../rules/index.js';

export type { Carrier };

/** Where a key is looked for, and the realm that the challenge of a 401 names. */
export interface KeyCarriers {
  readonly carriers: readonly Carrier[];
  /** RFC 9110 §11.5. Clients may show it to a person who is to give user name and password. */
  readonly realm: string;
}

/** Browsers ask a person for a password where Basic is offered, so it has to be chosen. */
export const DEFAULT_CARRIERS: KeyCarriers = Object.freeze({
  carriers: Object.freeze(['x-api-key', 'bearer'] as const),
  realm: 'API key',
});

const NAMES: Readonly<Record<Carrier, string>> = {
  'x-api-key': 'X-API-Key',
  bearer: 'Authorization: Bearer',
  basic: 'the password of Authorization: Basic',
};

/** A copy. Throws an ArgumentError for what is no list of carriers, and for an empty one: no request could pass. */
export function checkCarriers(carriers: unknown): readonly Carrier[] {
  const isList = Array.isArray(carriers) && carriers.length > 0 && carriers.every(isCarrier);
  if (isList && new Set(carriers).size === carriers.length) return Object.freeze([...carriers]);
  const known = CARRIERS.map((carrier) => `'${carrier}'`).join(', ');
  throw new ArgumentError('carriers', `a list of one or more of ${known}, each once`);
}

/** Throws an ArgumentError for what cannot stand between quotation marks in a header. */
export function checkRealm(realm: unknown): string {
  if (typeof realm === 'string' && /^[ !#-[\]-~]{1,100}$/.test(realm)) return realm;
  throw new ArgumentError('realm', '1 to 100 printable ASCII characters, without " and \\');
}

/** `X-API-Key or Authorization: Bearer`: where a key may stand, for messages. */
export function placesOf({ carriers }: KeyCarriers): string {
  const names = CARRIERS.filter((each) => carriers.includes(each)).map((each) => NAMES[each]);
  const last = names.pop() ?? '';
  return names.length === 0 ? last : `${names.join(', ')} or ${last}`;
}

/**
 * `WWW-Authenticate` of a 401 (RFC 9110 §11.6.1), on one line: nginx before 1.23 passes on only one of several. Basic
 * comes first, because Chromium and Docker read a line's first challenge alone, and both would stop at a Bearer.
 * `error`: the error code of RFC 6750 §3.1; null: the request has no credentials.
 */
export function challengeOf({ carriers, realm }: KeyCarriers, error: string | null): string {
  const challenges: string[] = [];
  if (carriers.includes('basic')) challenges.push(`Basic realm="${realm}", charset="UTF-8"`);
  if (carriers.includes('bearer')) {
    challenges.push(error === null ? 'Bearer' : `Bearer error="${error}"`);
  }
  // A 401 must have a challenge, and for X-API-Key no scheme is registered.
  return challenges.length === 0 ? `ApiKey realm="${realm}"` : challenges.join(', ');
}
