/** Addresses that are no place to go on at: the form that one comes from, and what answers programs. */
const NO_PLACE = /^\/(sign-in|api)(\/|$)/;

/** Stands for the page: a path with another origin than this one leads elsewhere. */
const PAGE = 'https://page.invalid';

/**
 * Where to go on after signing in, as `?next=` names it; `/` where it names nothing fit. Only a path of this very page,
 * below the public path: no link may lead somebody elsewhere.
 */
export function safeNextPath(next: string | null): string {
  if (next === null || !next.startsWith('/') || !URL.canParse(next, PAGE)) return '/';
  const url = new URL(next, PAGE);
  if (url.origin !== PAGE || url.pathname.startsWith('//')) return '/';
  return NO_PLACE.test(url.pathname) ? '/' : `${url.pathname}${url.search}`;
}
