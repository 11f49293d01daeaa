import type { FastifyRequest } from 'fastify';

/** Paths that never answer with the page, whatever the browser asks for. */
const NOT_THE_PAGE =
  /^\/(api|verify|oauth2|\.well-known|healthz|readyz|metrics|docs|openapi\.json|assets)(\/|$)/;

/** Whether a request without a route is a person opening an address of the page. */
export function isNavigation({ method, headers, url }: FastifyRequest): boolean {
  const isRead = method === 'GET' || method === 'HEAD';
  return isRead && (headers.accept ?? '').includes('text/html') && !NOT_THE_PAGE.test(pathOf(url));
}

function pathOf(url: string): string {
  return url.split('?', 1)[0] ?? url;
}
