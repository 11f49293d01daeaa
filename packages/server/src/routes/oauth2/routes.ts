import type { ServerContext } from '../../context.js';
import type { HttpApp } from '../../http/http-app.js';
import { acceptFormsOnly } from './form-body.js';
import { introspectRoute } from './introspect.js';
import { metadataRoute } from './metadata.js';
import { answerAsOAuth } from './oauth-errors.js';
import { revokeTokenRoute } from './revoke.js';

/** What of OAuth 2.0 resource servers need. Cookies are not looked at. */
export async function registerOAuthRoutes(app: HttpApp, context: ServerContext): Promise<void> {
  metadataRoute(app, context);
  await app.register(async (scope: HttpApp) => {
    acceptFormsOnly(scope);
    answerAsOAuth(scope);
    introspectRoute(scope, context);
    revokeTokenRoute(scope, context);
  });
}
