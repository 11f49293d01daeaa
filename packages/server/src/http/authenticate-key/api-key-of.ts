import type { FastifyRequest } from 'fastify';
import {
  credentialsOfRawHeaders,
  DEFAULT_CARRIERS,
  findApiKey,
  type KeyCarriers,
} from 'keystamp/http';
import { HttpProblem } from '../problem.js';
import { keyInForm, requireOneMethod } from './key-in-form.js';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The key may also come as the password of HTTP Basic, as OAuth clients send it. */
    keyInBasic?: boolean;
    /** Where the key may come. Default: in `X-API-Key` and `Authorization: Bearer`. */
    carriers?: KeyCarriers;
  }
}

/** Where the route of a request looks for a key. */
export function carriersFor({ routeOptions }: FastifyRequest): KeyCarriers {
  return routeOptions.config.carriers ?? DEFAULT_CARRIERS;
}

/** The API key that a request carries; null: none. Throws 400 where it is open which key counts. */
export function apiKeyOf(request: FastifyRequest): string | null {
  const { keyInBasic: inBasic = false, keyInForm: inForm = false } = request.routeOptions.config;
  const credentials = credentialsOfRawHeaders(request.raw.rawHeaders);
  if (inForm) {
    const secret = keyInForm(request);
    requireOneMethod(credentials, secret);
    if (secret !== null) return secret;
  }
  const presented = findApiKey(credentials, inBasic ? keyOfBasic : undefined, carriersFor(request));
  if (presented.found) return presented.apiKey;
  throw HttpProblem.of(presented.problem);
}

/**
 * RFC 6749 §2.3.1: both parts are form-encoded, and the secret is the password. A key in the place of
 * the name, before an empty password, is accepted too (`curl -u <key>:`).
 */
function keyOfBasic(scheme: string, credentials: string): string | null {
  if (scheme !== 'basic') return null;
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
