import { type Problem, rejectKeyInUrl } from 'keystamp/http';
import type { ServerConfig } from '../../config/config.js';
import { publicPath } from '../../config/public-url.js';
import { appendedUrlOf } from '../ext-authz-url.js';
import { forwardedUrl } from '../forwarded-request.js';
import type { HttpApp } from '../http-app.js';
import { isNavigation } from '../navigation.js';
import { HttpProblem } from '../problem.js';
import { keyInAddress } from './key-in-address.js';

/** Parameters that carry a key elsewhere; here nothing reads them, and a key never belongs in a URL. */
const KEY_PARAMETERS = new Set(['api_key', 'apikey', 'access_token']);

/** Refuses, on every route, a request that has an API key in its URL, or in the one that a proxy asks about. */
export function rejectKeysInUrls(app: HttpApp, config: ServerConfig): void {
  const page = keyInAddress(publicPath(config));
  const appendedUrl = appendedUrlOf(config);
  app.addHook('onRequest', (request, reply, done) => {
    const own = rejectKeyInUrl(request.raw.url ?? '', KEY_PARAMETERS);
    if (own !== null && isNavigation(request)) {
      reply.code(400).type('text/html; charset=utf-8').send(page);
      return;
    }
    const refusal = own ?? rejectKeyInAsked(forwardedUrl(request), appendedUrl(request));
    done(refusal === null ? undefined : HttpProblem.of(refusal));
  });
}

/** Forward auth: the parameters of what a proxy asks about may have any name. Believed from anyone, because it can only refuse. */
function rejectKeyInAsked(forwarded: string, appended: string): Problem | null {
  const refusal = forwarded === '' ? null : rejectKeyInUrl(forwarded);
  return refusal ?? (appended === '' ? null : rejectKeyInUrl(appended));
}
