import { holdsApiKey } from '../key-in-text.js';
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

/** Reads the key out of credentials of another scheme than Bearer; null: that scheme carries none. The scheme is in lower case. */
export type OtherScheme = (scheme: string, credentials: string) => string | null;

/** Not a request without a key: that may pass by other credentials, and its sender would never learn why. */
const WITHOUT_SCHEME =
  'Authorization holds an API key in another form: expected "Authorization: Bearer <key>".';

/** The API key that a request carries in `X-API-Key` or `Authorization: Bearer`. */
export function findApiKey(
  { apiKeys, authorizations }: CredentialHeaders,
  otherScheme: OtherScheme = () => null,
): FoundApiKey {
  if (apiKeys.length > 1) return cameTwice('X-API-Key');
  if (authorizations.length > 1) return cameTwice('Authorization');
  const plain = apiKeys[0]?.trim() ?? null;
  const authorized = keyOf(authorizations[0] ?? '', otherScheme);
  if (plain !== null && authorized !== null && plain !== authorized) {
    return ambiguous('X-API-Key and Authorization hold two different keys: send one.');
  }
  if (plain === null && authorized === null && holdsApiKey(authorizations[0] ?? '')) {
    return { found: false, problem: noApiKey(WITHOUT_SCHEME) };
  }
  return { found: true, apiKey: plain ?? authorized };
}

function cameTwice(header: string): FoundApiKey {
  return ambiguous(`${header} came more than once: send it once.`);
}

function ambiguous(detail: string): FoundApiKey {
  return { found: false, problem: problem(400, detail) };
}

/** Any white space ends the scheme: a key is never overlooked. */
function keyOf(authorization: string, otherScheme: OtherScheme): string | null {
  const [, scheme = '', credentials = ''] = /^\s*(\S+)\s*(.*)$/s.exec(authorization) ?? [];
  const name = scheme.toLowerCase();
  return name === 'bearer' ? credentials.trim() : otherScheme(name, credentials.trim());
}
