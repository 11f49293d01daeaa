/**
 * What each kind of problem is called, with its status. The `type` of a problem document is `urn:keystamp:problem:<code>`.
 * A client decides by it: two kinds may share a status.
 */
export const PROBLEM_STATUSES = {
  wrong_fields: 400,
  malformed_request: 400,
  no_api_key: 401,
  api_key_not_valid: 401,
  not_signed_in: 401,
  wrong_credentials: 401,
  forbidden: 403,
  foreign_origin: 403,
  insufficient_scope: 403,
  not_found: 404,
  method_not_allowed: 405,
  request_timeout: 408,
  address_taken: 409,
  no_address: 409,
  last_admin: 409,
  scope_not_allowed: 409,
  key_revoked: 409,
  key_expired: 409,
  key_disabled: 409,
  key_rotated: 409,
  scope_widened: 409,
  too_many_keys: 409,
  idempotency_conflict: 409,
  other_user: 409,
  body_too_large: 413,
  path_too_long: 414,
  wrong_media_type: 415,
  idempotency_key_reused: 422,
  too_many_changes: 429,
  too_many_sign_ins: 429,
  headers_too_large: 431,
  server_failed: 500,
  unavailable: 503,
} as const;

export type ProblemCode = keyof typeof PROBLEM_STATUSES;

/** The `type` of a problem document. Example: `problemType('key_revoked')` is `urn:keystamp:problem:key_revoked`. */
export function problemType(code: ProblemCode): string {
  return `urn:keystamp:problem:${code}`;
}
