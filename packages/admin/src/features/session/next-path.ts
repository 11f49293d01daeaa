import { safeNextPath } from '@keystamp/server/contract/next-path';

/** Where to sign in, and where to go on from there. */
export function signInPath(path: string, search: string): string {
  const next = `${path}${search}`;
  return next === '/' ? '/sign-in' : `/sign-in?next=${encodeURIComponent(next)}`;
}

/** The path that `?next=` names, by the rule of the server. */
export function nextPathOf(search: string): string {
  return safeNextPath(new URLSearchParams(search).get('next'));
}
