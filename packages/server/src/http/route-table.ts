import type { RouteOptions } from 'fastify';
import type { Access } from './access.js';
import type { HttpApp } from './http-app.js';

export interface RouteEntry {
  readonly method: string;
  /** As it was declared: `/api/users/:id`. */
  readonly url: string;
  readonly access: Access;
}

declare module 'fastify' {
  interface FastifyInstance {
    /** Every route of the server, complete once the app is ready. */
    routeTable: RouteEntry[];
  }
}

/** Keeps a table of all routes; the start fails on one that does not say who may call it. */
export function keepRouteTable(app: HttpApp): void {
  const seen: RouteOptions[] = [];
  app.decorate('routeTable', []);
  app.addHook('onRoute', (route) => {
    seen.push(route);
  });
  app.addHook('onReady', async () => {
    app.routeTable = seen.flatMap(entriesOf);
  });
}

function entriesOf(route: RouteOptions): RouteEntry[] {
  const access = route.config?.access;
  if (access === undefined) throw new Error(`${route.method} ${route.url} does not say its access`);
  return [route.method].flat().map((method) => ({ method, url: route.url, access }));
}

/** Makes every route that a foreign plugin adds to `scope` public. */
export function makePublic(scope: Pick<HttpApp, 'addHook'>): void {
  scope.addHook('onRoute', (route: RouteOptions) => {
    route.config = { ...route.config, access: 'public' };
  });
}

/** The methods that the table knows for a path; empty: no such path. */
export function methodsOf(table: readonly RouteEntry[], path: string): string[] {
  const methods = table.filter((route) => matches(route.url, path)).map((route) => route.method);
  return [...new Set(methods)].sort();
}

function matches(pattern: string, path: string): boolean {
  if (pattern.includes('*')) return false;
  const expected = pattern.split('/');
  const steps = path.split('/');
  return (
    expected.length === steps.length &&
    expected.every((step, i) => step === steps[i] || (step.startsWith(':') && steps[i] !== ''))
  );
}
