import { type PublicUrl, publicOrigin, publicPath } from '../config/public-url.js';
import { StartFailure } from '../config/start-failure.js';
import type { HttpApp } from './http-app.js';

/**
 * The start fails where a route begins with the public path: behind a proxy that takes the path off, nobody could say which
 * of the two a request is for.
 */
export function requirePathOfItsOwn(app: HttpApp, config: PublicUrl): void {
  app.addHook('onReady', async () => {
    const path = publicPath(config);
    if (path === '' || !app.routeTable.some(({ url }) => beginsWith(url, path))) return;
    throw new StartFailure(
      `KEYSTAMP_PUBLIC_URL: got "${config.publicUrl}", expected a path that is not one of Keystamp's own, like ` +
        `${publicOrigin(config)}/keystamp/`,
    );
  });
}

/** Whether the pattern of a route, or a first part of it, is the path. */
export function beginsWith(pattern: string, path: string): boolean {
  const own = pattern.split('/');
  const wildcard = own.indexOf('*');
  const steps = wildcard < 0 ? path.split('/') : path.split('/').slice(0, wildcard);
  return steps.every((step, i) => own[i] === step || own[i]?.startsWith(':') === true);
}
