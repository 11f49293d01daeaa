/** Addresses that are no place to go on at: the form that one comes from, and what answers programs. */
const NO_PLACE = /^\/(sign-in|api)(\/|$)/;

/**
 * Where to go on after signing in, as `?next=` names it; `/` where it names nothing fit. Only a path of this very page:
 * no link may lead somebody elsewhere.
 */
export function safeNextPath(next: string | null, origin: string): string {
  if (next === null || !next.startsWith('/') || !URL.canParse(next, origin)) return '/';
  const url = new URL(next, origin);
  if (url.origin !== origin || url.pathname.startsWith('//')) return '/';
  return NO_PLACE.test(url.pathname) ? '/' : `${url.pathname}${url.search}`;
}
