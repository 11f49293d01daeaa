import type { FastifyRequest } from 'fastify';
import { HttpProblem } from '../problem.js';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The key may also come as the password of HTTP Basic, as OAuth clients send it. */
    keyInBasic?: boolean;
  }
}

/**
 * The API key that a request carries in `X-API-Key` or `Authorization: Bearer`; null: none. What was sent
 * empty is still a key, a wrong one. Throws 400 where it is open which key counts.
 */
export function findApiKey(request: FastifyRequest): string | null {
  const { apiKeys, authorizations } = credentialHeaders(request.raw.rawHeaders);
  demandOnce('X-API-Key', apiKeys);
  demandOnce('Authorization', authorizations);
  const plain = apiKeys[0] ?? null;
  const authorized = keyOf(
    authorizations[0] ?? '',
    request.routeOptions.config.keyInBasic === true,
  );
  if (plain !== null && authorized !== null && plain !== authorized) {
    throw new HttpProblem(400, 'X-API-Key and Authorization hold two different keys: send one.');
  }
  return plain ?? authorized;
}

interface CredentialHeaders {
  readonly apiKeys: string[];
  readonly authorizations: string[];
}

/** Read from the raw lines: Node drops a second `Authorization` and joins a second `X-API-Key`. */
function credentialHeaders(rawHeaders: readonly string[]): CredentialHeaders {
  const found: CredentialHeaders = { apiKeys: [], authorizations: [] };
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = (rawHeaders[i] as string).toLowerCase();
    if (name === 'x-api-key') found.apiKeys.push((rawHeaders[i + 1] as string).trim());
    else if (name === 'authorization') found.authorizations.push(rawHeaders[i + 1] as string);
  }
  return found;
}

function demandOnce(header: string, values: readonly string[]): void {
  if (values.length > 1) throw new HttpProblem(400, `${header} came more than once: send it once.`);
}

/** Null where the scheme is none that carries a key. Any white space ends the scheme: a key is never overlooked. */
function keyOf(authorization: string, basicToo: boolean): string | null {
  const [, scheme = '', credentials = ''] = /^\s*(\S+)\s*(.*)$/s.exec(authorization) ?? [];
  if (scheme.toLowerCase() === 'bearer') return credentials.trim();
  if (basicToo && scheme.toLowerCase() === 'basic') return keyOfBasic(credentials.trim());
  return null;
}

/**
 * RFC 6749 §2.3.1: both parts are form-encoded, and the secret is the password. A key in the place of
 * the name, before an empty password, is accepted too (`curl -u <key>:`).
 */
function keyOfBasic(credentials: string): string {
  const pair = Buffer.from(credentials, 'base64').toString('utf8');
  const colon = pair.indexOf(':');
  const name = colon < 0 ? pair : pair.slice(0, colon);
  const password = colon < 0 ? '' : pair.slice(colon + 1);
  return formDecoded(password === '' ? name : password);
}

function formDecoded(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return text;
  }
}
