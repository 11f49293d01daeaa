import { ArgumentError } from '../errors.js';
import type { Keystamp, RequestOrigin } from '../keystamp.js';
import { checkScopes } from '../model/arguments.js';
import { checkFields, type FieldsOf } from '../model/known-fields.js';
import type { KeyUser, UserApiKey } from '../model/user-api-key.js';
import { isUse, type RefusalReason } from '../validation/decide.js';
import {
  type Carrier,
  checkCarriers,
  checkRealm,
  DEFAULT_CARRIERS,
  type KeyCarriers,
  placesOf,
} from './carriers.js';
import type { CredentialHeaders } from './credential-headers.js';
import { type FoundApiKey, findApiKey, type OtherScheme } from './find-api-key.js';
import { rejectKeyInUrl } from './key-in-url.js';
import { rejectTwoMethods } from './one-method.js';
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
  /** As in `validateUserApiKey`. Default: none. */
  readonly adminScopes?: readonly string[] | undefined;
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

/** A requirement of middleware that reads more of its requests than the library's own. `R`: the `request` that it presents. */
export interface RequestRequirement<R extends object = object> extends KeyRequirement {
  /** The scopes that a request needs beside `scopes`. It is called for a request with a key. */
  readonly scopesOf?: ((request: R) => readonly string[]) | undefined;
  /** Reads a key out of `Authorization` of another scheme. */
  readonly otherScheme?: OtherScheme | undefined;
  /**
   * The `client_secret` in the form of a request (RFC 6749 §2.3.1), which is the key; null: it has none. With this, a
   * request that carries a key in two ways is refused.
   */
  readonly formSecretOf?: ((request: R) => string | null) | undefined;
}

/** What is looked at of a request. */
export interface PresentedRequest<R extends object = object> {
  /** Stands for the request from its begin to its end, in whatever passes it on: it counts as one use. */
  readonly request: R;
  /** Path and query, as they came; empty where they have been looked at already. */
  readonly url: string;
  readonly credentials: CredentialHeaders;
  /** What it asks for and where it comes from; read only where its key is refused. Left out: unknown. */
  readonly from?: RequestOrigin | undefined;
}

export type Authentication =
  | {
      readonly admitted: true;
      /** Null: the request carries no key, and may do without. */
      readonly apiKey: AuthenticatedKey | null;
    }
  | {
      readonly admitted: false;
      readonly problem: Problem;
      /** Why a key was refused; null: no key was judged. */
      readonly reason: RefusalReason | null;
      /** What failed, in an outage. */
      readonly cause?: unknown;
    };

/** A requirement with nothing left out. */
export interface CheckedRequirement extends KeyCarriers {
  readonly scopes: readonly string[];
  readonly adminScopes: readonly string[];
  readonly optional: boolean;
  readonly scopesOf: ((request: object) => readonly string[]) | undefined;
  readonly otherScheme: OtherScheme | undefined;
  readonly formSecretOf: ((request: object) => string | null) | undefined;
}

const REQUIREMENT: FieldsOf<RequestRequirement> = {
  scopes: true,
  adminScopes: true,
  optional: true,
  carriers: true,
  realm: true,
  scopesOf: true,
  otherScheme: true,
  formSecretOf: true,
};
const NO_REQUIREMENT: KeyRequirement = {};

/** Those that need no second look. */
const CHECKED = new WeakSet<object>();

/**
 * Finds the key in a request and validates it: a use of the key, once a request. An outage is a problem
 * too (503); what nobody foresaw is thrown, and so is a wrong requirement, as an ArgumentError.
 */
export async function authenticate<R extends object>(
  keystamp: Keystamp,
  presented: PresentedRequest<R>,
  requirement: RequestRequirement<R> = NO_REQUIREMENT,
): Promise<Authentication> {
  const checked = CHECKED.has(requirement)
    ? (requirement as CheckedRequirement)
    : checkRequirement(requirement);
  const misplaced = rejectKeyInUrl(presented.url);
  if (misplaced !== null) return refuse(misplaced);
  const found = findKey(presented, checked);
  if (!found.found) return refuse(found.problem);
  if (found.apiKey === null) {
    return checked.optional
      ? { admitted: true, apiKey: null }
      : refuse(noApiKey(`Send an API key, as ${placesOf(checked)}.`, checked));
  }
  const request: R & MarkedRequest = presented.request;
  const { adminScopes } = checked;
  const scopes = neededScopes(request, checked);
  const recordUse = request[USED_WITH]?.includes(keystamp) !== true;
  try {
    const options = { scopes, adminScopes, recordUse, from: presented.from };
    const validation = await keystamp.validateUserApiKey(found.apiKey, options);
    if (recordUse && isUse(validation.valid ? null : validation.reason)) markUse(request, keystamp);
    if (validation.valid) {
      return { admitted: true, apiKey: { key: validation.key, user: validation.user } };
    }
    return refuse(refusalOf(validation.reason, scopes, checked), validation.reason);
  } catch (error) {
    const outage = outageOf(error);
    if (outage === null) throw error;
    return { ...refuse(outage), cause: error };
  }
}

function findKey(
  { request, credentials }: PresentedRequest,
  checked: CheckedRequirement,
): FoundApiKey {
  const { formSecretOf, otherScheme } = checked;
  if (formSecretOf !== undefined) {
    const secret = formSecretOf(request);
    const problem = rejectTwoMethods(credentials, secret);
    if (problem !== null) return { found: false, problem };
    if (secret !== null) return { found: true, apiKey: secret };
  }
  return findApiKey(credentials, otherScheme, checked);
}

function neededScopes(request: object, { scopes, scopesOf }: CheckedRequirement) {
  if (scopesOf === undefined) return scopes;
  return scopes.length === 0 ? scopesOf(request) : [...scopes, ...scopesOf(request)];
}

/**
 * The requirement, with its defaults and for good: later changes of the object do not count. Throws an ArgumentError for a wrong one,
 * at the start and not at a request. A misspelt field would guard nothing.
 */
export function checkRequirement<R extends object>(
  requirement: RequestRequirement<R>,
): CheckedRequirement {
  const fields = checkFields(requirement, REQUIREMENT, 'requirement');
  const { scopes = [], adminScopes = [], optional = false } = fields;
  const { carriers, realm } = DEFAULT_CARRIERS;
  if (typeof optional !== 'boolean') throw new ArgumentError('optional', 'true or false');
  const checked = Object.freeze({
    scopes: Object.freeze(checkScopes(scopes)),
    adminScopes: Object.freeze(checkScopes(adminScopes, 'adminScopes')),
    optional,
    carriers: fields.carriers === undefined ? carriers : checkCarriers(fields.carriers),
    realm: fields.realm === undefined ? realm : checkRealm(fields.realm),
    scopesOf: checkFunction(fields.scopesOf, 'scopesOf'),
    otherScheme: checkFunction(fields.otherScheme, 'otherScheme'),
    formSecretOf: checkFunction(fields.formSecretOf, 'formSecretOf'),
  }) as CheckedRequirement;
  CHECKED.add(checked);
  return checked;
}

/** Throws where it is none: one that was not awaited, most likely. */
export function checkKeystamp(keystamp: unknown): void {
  const isOne =
    typeof (keystamp as Partial<Keystamp> | null | undefined)?.validateUserApiKey === 'function';
  if (!isOne) throw new ArgumentError('keystamp', 'what createKeystamp resolves to (awaited)');
}

function checkFunction<F>(given: F, field: string): F {
  if (given === undefined || typeof given === 'function') return given;
  throw new ArgumentError(field, 'a function');
}

function refuse(problem: Problem, reason: RefusalReason | null = null) {
  return { admitted: false, problem, reason } as const;
}

/** On a request: the instances with which it has been a use. A property goes with its request, and costs little. */
const USED_WITH = Symbol('keystamp: used with');

interface MarkedRequest {
  [USED_WITH]?: Keystamp[];
}

/** A request that passes several requirements is judged by each, and is one use (G6). */
function markUse(request: MarkedRequest, keystamp: Keystamp): void {
  request[USED_WITH] = [...(request[USED_WITH] ?? []), keystamp];
}
