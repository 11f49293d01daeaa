import type { User } from '@keystamp/server/contract';
import { useSyncExternalStore } from 'react';

/** Who is signed in where the session of the page is lost. `somebody`: another user, not known yet which. */
export type SignedInNow = User | 'somebody' | 'nobody';

let pageUser: User | null = null;
let lostTo: SignedInNow | null = null;
const listeners = new Set<() => void>();

function set(value: SignedInNow | null): void {
  if (lostTo === value) return;
  lostTo = value;
  for (const listener of listeners) listener();
}

/** From here on the page is this user's, and its requests are made for them. Null: it is nobody's. */
export function openPageFor(user: User | null): void {
  pageUser = user;
  set(null);
}

/** For whom requests are made; null: for whom it may concern. */
export function pageUserId(): string | null {
  return pageUser?.id ?? null;
}

/** What the server says: who is signed in in this browser now. */
export function reportSignedIn(now: SignedInNow): void {
  const isSame = typeof now === 'object' && now.id === pageUser?.id;
  set(isSame || pageUser === null ? null : now);
}

/** Null: the session of the page is there, as far as is known. */
export function useSessionLoss(): SignedInNow | null {
  return useSyncExternalStore(subscribe, () => lostTo);
}

/** Who is signed in, as far as the page knows; undefined: it does not know. */
export function signedInId(): string | null | undefined {
  if (lostTo === null) return pageUserId();
  if (lostTo === 'nobody') return null;
  return lostTo === 'somebody' ? undefined : lostTo.id;
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
