import { holdsApiKey } from '../key-format/key-in-text.js';
import { readBasic } from './basic-password.js';
import { DEFAULT_CARRIERS, type KeyCarriers, placesOf } from './carriers.js';
import type { CredentialHeaders } from './credential-headers.js';
import { type Problem, problem } from './problem.js';
import { noApiKey } from './refusal.js';

/** At most one key, or why none counts: it is open which, or it stands where none is read. */
export type FoundApiKey =
  | {
      readonly found: true;
      /** Null: the request carries none. What was sent empty is still a key, a wrong one. */
      readonly apiKey: string | null;
    }
  | { readonly found: false; readonly problem: Problem };

/** Reads the key out of credentials of another scheme; null: that scheme carries none. The scheme is in lower case. */
export type OtherScheme = (scheme: string, credentials: string) => string | null;

/**
 * The API key that a request carries in one of the carriers. `otherScheme` reads `Authorization` of a scheme that is none of
 * them. Credentials of Basic that are malformed are a wrong key, as malformed credentials of Bearer are.
 */
export function findApiKey(
  { apiKeys, authorizations }: CredentialHeaders,
  otherScheme: OtherScheme = () => null,
  accepted: KeyCarriers = DEFAULT_CARRIERS,
): FoundApiKey {
  if (apiKeys.length > 1) return repeatedHeader('X-API-Key');
  if (authorizations.length > 1) return repeatedHeader('Authorization');
  const authorization = partsOf(authorizations[0] ?? '');
  const plain = accepted.carriers.includes('x-api-key') ? (apiKeys[0]?.trim() ?? null) : null;
  const authorized = keyOf(authorization, otherScheme, accepted);
  if (plain !== null && authorized !== null && plain !== authorized) {
    return ambiguous('X-API-Key and Authorization hold two different keys: send one.');
  }
  const apiKey = plain ?? authorized;
  const misplaced = apiKey === null || apiKey === '' ? placeOfOther(apiKeys, authorization) : null;
  if (misplaced === null) return { found: true, apiKey };
  return { found: false, problem: keyElsewhere(misplaced, accepted) };
}

function repeatedHeader(header: string): FoundApiKey {
  return ambiguous(`${header} was sent more than once: send it once.`);
}

function ambiguous(detail: string): FoundApiKey {
  return { found: false, problem: problem(400, detail) };
}

interface Authorization {
  /** In lower case. */
  readonly scheme: string;
  readonly credentials: string;
  /** The whole value. */
  readonly text: string;
}

const NO_AUTHORIZATION: Authorization = { scheme: '', credentials: '', text: '' };

/** Any white space ends the scheme: a key is never overlooked. */
function partsOf(text: string): Authorization {
  if (text === '') return NO_AUTHORIZATION;
  const [, scheme = '', credentials = ''] = /^\s*(\S+)\s*(.*)$/s.exec(text) ?? [];
  return { scheme: scheme.toLowerCase(), credentials: credentials.trim(), text };
}

function keyOf(
  { scheme, credentials }: Authorization,
  otherScheme: OtherScheme,
  { carriers }: KeyCarriers,
): string | null {
  if (scheme === 'bearer' && carriers.includes('bearer')) return credentials;
  if (scheme === 'basic' && carriers.includes('basic'))
    return readBasic(credentials)?.password ?? '';
  return otherScheme(scheme, credentials);
}

/** Where a key stands that is not read there; null: nowhere. */
function placeOfOther(apiKeys: readonly string[], authorization: Authorization): string | null {
  if (holdsApiKey(apiKeys[0] ?? '')) return 'X-API-Key holds an API key';
  if (holdsApiKey(authorization.text)) return 'Authorization holds an API key in another form';
  if (authorization.scheme !== 'basic') return null;
  const basic = readBasic(authorization.credentials);
  if (holdsApiKey(basic?.name ?? '')) return 'The user name holds an API key, and names are logged';
  return holdsApiKey(basic?.password ?? '') ? 'The password of Basic is an API key' : null;
}

/** Not a request without a key: that may pass by other credentials, and its sender would never learn why. */
function keyElsewhere(place: string, accepted: KeyCarriers): Problem {
  return noApiKey(`${place}: expected it as ${placesOf(accepted)}.`, accepted);
}
