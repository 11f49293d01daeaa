import type { User } from '@keystamp/server/contract';

/** What people call a user: the address, or of a service account the name. */
export function calledOf({ email, name, id }: Pick<User, 'id' | 'email' | 'name'>): string {
  return email ?? name ?? id;
}

/** A user without an address owns keys and never signs in. */
export function isServiceAccount({ email }: Pick<User, 'email'>): boolean {
  return email === null;
}
