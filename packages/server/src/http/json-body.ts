import type { HttpApp } from './http-app.js';
import { HttpProblem } from './problem.js';
import { addRouteHook } from './route-hooks.js';

const decoder = new TextDecoder('utf-8', { fatal: true });

/**
 * Accepts JSON and nothing else, which also keeps HTML forms of other sites out. An empty body counts
 * as an empty object, because browsers' clients send `content-type: application/json` with none.
 */
export function acceptJsonOnly(app: HttpApp): void {
  const parse = app.getDefaultJsonParser('error', 'error');
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (request, body, done) => {
    const text = textOf(body as Buffer);
    if (text === null) done(new HttpProblem(400, 'The body is not UTF-8.'));
    else if (text === '') done(null, {});
    else parse(request, text, done);
  });
  app.addHook('onRoute', (route) => {
    if (!route.schema?.body) return;
    addRouteHook(route, 'preValidation', (request, _reply, done) => {
      if (request.body === undefined) request.body = {};
      done();
    });
  });
}

/** Null: what came is not UTF-8. Fastify's own decoding stores U+FFFD in place of what is no character. */
function textOf(body: Buffer): string | null {
  try {
    return decoder.decode(body);
  } catch {
    return null;
  }
}
