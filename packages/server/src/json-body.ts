import type { HttpApp } from './http-app.js';

/**
 * Accepts JSON and nothing else, which also keeps HTML forms of other sites out. An empty body counts
 * as an empty object, because browsers' clients send `content-type: application/json` with none.
 */
export function acceptJsonOnly(app: HttpApp): void {
  const parse = app.getDefaultJsonParser('error', 'error');
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
    if (body === '') done(null, {});
    else parse(request, body as string, done);
  });
  app.addHook('preValidation', async (request) => {
    if (request.body === undefined && request.routeOptions.schema?.body) request.body = {};
  });
}
