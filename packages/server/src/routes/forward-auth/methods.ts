import { METHODS } from 'node:http';

/**
 * All methods but GET and HEAD: a proxy may ask with the method of the request that it asks about. CONNECT never comes as
 * a request.
 */
export const OTHER_METHODS = METHODS.filter(
  (method) => !['GET', 'HEAD', 'CONNECT'].includes(method),
);
