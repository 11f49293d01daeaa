/** Where to sign in, and where to go on from there. */
export function signInPath(path: string, search: string): string {
  const next = `${path}${search}`;
  return next === '/' ? '/sign-in' : `/sign-in?next=${encodeURIComponent(next)}`;
}

/** The path that `?next=` names. Only a path of this very page: no link may lead somebody elsewhere. */
export function nextPathOf(search: string, origin: string): string {
  const next = new URLSearchParams(search).get('next') ?? '/';
  if (!next.startsWith('/') || !URL.canParse(next, origin)) return '/';
  const url = new URL(next, origin);
  if (url.origin !== origin || url.pathname.startsWith('//')) return '/';
  return url.pathname === '/sign-in' ? '/' : `${url.pathname}${url.search}`;
}
