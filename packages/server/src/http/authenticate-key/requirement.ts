import type { FastifyContextConfig, FastifyRequest } from 'fastify';
import {
  type CheckedRequirement,
  checkRequirement,
  DEFAULT_CARRIERS,
  type KeyCarriers,
} from 'keystamp/http';
import { INTROSPECT_SCOPE } from '../../contract/scopes.js';
import { keyInForm } from './key-in-form.js';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The key may also come as the password of HTTP Basic, as OAuth clients send it. */
    keyInBasic?: boolean;
    /** Where the key may come. Default: in `X-API-Key` and `Authorization: Bearer`. */
    carriers?: KeyCarriers;
  }
}

/** Where a route looks for a key. */
export function carriersFor({ carriers }: FastifyContextConfig): KeyCarriers {
  return carriers ?? DEFAULT_CARRIERS;
}

/** Those of routes that requests came to: a requirement is checked once. */
const requirements = new WeakMap<object, CheckedRequirement>();

/** What a route requires of a key. Whether a request may do without one, `access` says. */
export function requirementOf(config: FastifyContextConfig): CheckedRequirement {
  const known = requirements.get(config);
  if (known !== undefined) return known;
  const { scope, keyInBasic, keyInForm: inForm } = config;
  const requirement = checkRequirement<FastifyRequest>({
    ...carriersFor(config),
    optional: true,
    scopes: typeof scope === 'string' ? [scope] : [],
    scopesOf: typeof scope === 'function' ? scope : undefined,
    adminScopes: [INTROSPECT_SCOPE],
    otherScheme: keyInBasic === true ? keyOfBasic : undefined,
    formSecretOf: inForm === true ? keyInForm : undefined,
  });
  requirements.set(config, requirement);
  return requirement;
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
