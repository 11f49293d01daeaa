import type { KeyCarriers } from 'keystamp/http';
import type { ServerConfig } from '../../config/config.js';
import { asciiJson } from '../../http/ascii-json.js';
import type { HttpApp } from '../../http/http-app.js';
import { extAuthzRoute } from './ext-authz.js';
import { OTHER_METHODS } from './methods.js';
import { verifyRoute } from './verify.js';

/** Forward authentication: a proxy asks about each request, and passes it on only when the key may act. */
export async function registerForwardAuth(app: HttpApp, config: ServerConfig): Promise<void> {
  const accepted: KeyCarriers = { carriers: config.carriers, realm: 'Keystamp' };
  for (const method of OTHER_METHODS) {
    if (!app.supportedMethods.includes(method)) app.addHttpMethod(method, { hasBody: true });
  }
  await app.register(async (scope: HttpApp) => {
    leaveBodiesUnread(scope);
    repeatProblemInHeader(scope);
    verifyRoute(scope, accepted);
    extAuthzRoute(scope, accepted, config);
  });
}

/** The body is the service's, and may be of any type and size. */
function leaveBodiesUnread(scope: HttpApp): void {
  scope.removeAllContentTypeParsers();
  scope.addContentTypeParser('*', (_request, _body, done) => done(null));
}

/** nginx drops the body of a refusal and keeps its headers, so that the client gets the document too. */
function repeatProblemInHeader(scope: HttpApp): void {
  scope.addHook('onSend', (_request, reply, payload, done) => {
    if (reply.statusCode >= 400 && typeof payload === 'string')
      reply.header('x-keystamp-problem', asciiJson(payload));
    done(null, payload);
  });
}
