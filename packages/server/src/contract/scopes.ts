/** The scope that a key needs to introspect and revoke tokens; administrators grant it. */
export const INTROSPECT_SCOPE = 'introspect';
/** List and get keys, and read their history. */
export const READ_SCOPE = 'keystamp:read';
/** Rename, describe, disable, revoke and delete keys. */
export const WRITE_SCOPE = 'keystamp:write';
