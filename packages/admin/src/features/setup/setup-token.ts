let token: string | null = null;

/**
 * Takes the one-time token out of the address (`/setup#token=…`) and keeps it in memory: it stays in no
 * history entry, and a fragment is never sent.
 */
export function takeSetupToken(): string | null {
  const found = new URLSearchParams(window.location.hash.slice(1)).get('token');
  if (found !== null) {
    token = found;
    window.history.replaceState(window.history.state, '', window.location.pathname);
  }
  return token;
}
