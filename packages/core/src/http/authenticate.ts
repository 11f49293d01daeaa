import { ArgumentError } from '../errors.js';
import type { Keystamp } from '../keystamp.js';
import { checkScopes } from '../model/arguments.js';
import { checkFields, type FieldsOf } from '../model/known-fields.js';
import type { KeyUser, UserApiKey } from '../model/user-api-key.js';
import { isUse, type Validation } from '../validation/decide.js';
import {
  type Carrier,
  checkCarriers,
  checkRealm,
  DEFAULT_CARRIERS,
  type KeyCarriers,
  placesOf,
} from './carriers.js';
import type { CredentialHeaders } from './credential-headers.js';
import { findApiKey } from './find-api-key.js';
import { rejectKeyInUrl } from './key-in-url.js';
import type { Problem } from './problem.js';
import { noApiKey, outageOf, refusalOf } from './refusal.js';

/** The key that a request acts by, and the user of it. */
export interface AuthenticatedKey {
  readonly key: UserApiKey;
  readonly user: KeyUser;
}

/** What a route requires of the requests to it. */
export interface KeyRequirement {
  /** All of them are needed. A key without scopes has them all. Default: none. */
  readonly scopes?: readonly string[] | undefined;
  /** True: a request without a key passes too. One with a bad key is refused all the same. Default false. */
  readonly optional?: boolean | undefined;
  /**
   * Where a key may stand. Default: `['x-api-key', 'bearer']`. With `'basic'` it may also be the password of HTTP Basic
   * (RFC 7617) beside any user name, and the 401 offers Basic, so that git and browsers ask for it.
   */
  readonly carriers?: readonly Carrier[] | undefined;
  /** What the challenge of Basic names, at most 100 characters. Default: `API key`. */
  readonly realm?: string | undefined;
}

/** What is looked at of a request. */
export interface PresentedRequest {
  /** Stands for the request from its begin to its end, in whatever passes it on: it counts as one use. */
  readonly request: object;
  /** Path and query, as they came. */
  readonly url: string;
  readonly credentials: CredentialHeaders;
}

export type Authentication =
  | {
      readonly admitted: true;
      /** Null: the request carries no key, and may do without. */
      readonly apiKey: AuthenticatedKey | null;
    }
  | { readonly admitted: false; readonly problem: Problem };

/** A requirement with nothing left out. */
export interface CheckedRequirement extends KeyCarriers {
  readonly scopes: readonly string[];
  readonly optional: boolean;
}

const REQUIREMENT: FieldsOf<KeyRequirement> = {
  scopes: true,
  optional: true,
  carriers: true,
  realm: true,
};
const NO_REQUIREMENT: KeyRequirement = {};

/** Those that need no second look. */
const CHECKED = new WeakSet<KeyRequirement>();

/**
 * Finds the key in a request and validates it: a use of the key, once a request. An outage is a problem
 * too (503); what nobody foresaw is thrown, and so is a wrong requirement, as an ArgumentError.
 */
export async function authenticate(
  keystamp: Keystamp,
  presented: PresentedRequest,
  requirement: KeyRequirement = NO_REQUIREMENT,
): Promise<Authentication> {
  const checked = CHECKED.has(requirement)
    ? (requirement as CheckedRequirement)
    : checkRequirement(requirement);
  const { scopes, optional } = checked;
  const misplaced = rejectKeyInUrl(presented.url);
  if (misplaced !== null) return refuse(misplaced);
  const found = findApiKey(presented.credentials, undefined, checked);
  if (!found.found) return refuse(found.problem);
  if (found.apiKey === null) {
    return optional
      ? { admitted: true, apiKey: null }
      : refuse(noApiKey(`Send an API key, as ${placesOf(checked)}.`, checked));
  }
  try {
    const validation = await validateOnce(keystamp, presented.request, found.apiKey, scopes);
    if (!validation.valid) return refuse(refusalOf(validation.reason, scopes, checked));
    return { admitted: true, apiKey: { key: validation.key, user: validation.user } };
  } catch (error) {
    const outage = outageOf(error);
    if (outage === null) throw error;
    return refuse(outage);
  }
}

/**
 * The requirement, with its defaults and for good: later changes of the object do not count. Throws an ArgumentError for a wrong one,
 * at the start and not at a request. A misspelt field would guard nothing.
 */
export function checkRequirement(requirement: KeyRequirement): CheckedRequirement {
  const fields = checkFields(requirement, REQUIREMENT, 'requirement');
  const { scopes = [], optional = false } = fields;
  const { carriers, realm } = DEFAULT_CARRIERS;
  if (typeof optional !== 'boolean') throw new ArgumentError('optional', 'true or false');
  const checked = Object.freeze({
    scopes: Object.freeze(checkScopes(scopes)),
    optional,
    carriers: fields.carriers === undefined ? carriers : checkCarriers(fields.carriers),
    realm: fields.realm === undefined ? realm : checkRealm(fields.realm),
  });
  CHECKED.add(checked);
  return checked;
}

/** Throws where it is none: one that was not awaited, most likely. */
export function checkKeystamp(keystamp: unknown): void {
  const isOne =
    typeof (keystamp as Partial<Keystamp> | null | undefined)?.validateUserApiKey === 'function';
  if (!isOne) throw new ArgumentError('keystamp', 'what createKeystamp resolves to (awaited)');
}

function refuse(problem: Problem): Authentication {
  return { admitted: false, problem };
}

/** On a request: the instances with which it has been a use. A property goes with its request, and costs little. */
const USED_WITH = Symbol('keystamp: used with');

interface MarkedRequest {
  [USED_WITH]?: Keystamp[];
}

/** A request that passes several requirements is judged by each, and is one use (G6). */
async function validateOnce(
  keystamp: Keystamp,
  request: MarkedRequest,
  apiKey: string,
  scopes: readonly string[],
): Promise<Validation> {
  const recordUse = request[USED_WITH]?.includes(keystamp) !== true;
  const validation = await keystamp.validateUserApiKey(apiKey, { scopes, recordUse });
  if (recordUse && isUse(validation.valid ? null : validation.reason)) {
    request[USED_WITH] = [...(request[USED_WITH] ?? []), keystamp];
  }
  return validation;
}
