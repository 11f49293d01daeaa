import { refuseKeyInUrl } from 'keystamp/http';
import type { HttpApp } from '../http-app.js';
import { isNavigation } from '../page/page.js';
import { HttpProblem } from '../problem.js';
import { KEY_IN_ADDRESS } from './key-in-address.js';

/** Parameters that carry a key elsewhere; here nothing reads them, and a key never belongs in a URL. */
const KEY_PARAMETERS = new Set(['api_key', 'apikey', 'access_token']);

/** Refuses, on every route, a request that has an API key in its URL. */
export function refuseKeysInUrls(app: HttpApp): void {
  app.addHook('onRequest', async (request, reply) => {
    const refusal = refuseKeyInUrl(request.raw.url ?? '', KEY_PARAMETERS);
    if (refusal === null) return;
    if (!isNavigation(request)) throw HttpProblem.of(refusal);
    return reply.code(400).type('text/html; charset=utf-8').send(KEY_IN_ADDRESS);
  });
}
