import { inTransaction } from 'keystamp/database';
import type { UserKeeping } from '../../context.js';
import type { CreateUser } from '../../contract/users.js';
import { passwordFault } from '../../rules/credentials.js';
import { rejectKeysIn } from '../../rules/key-in-text.js';
import { wrongField } from '../../rules/refusal.js';
import { insertUser } from '../../sql/insert-user.js';
import type { User } from '../../sql/user.js';
import { userNameOf } from './user-name.js';

/** Adds a user, or without an address a service account: it needs a name, and takes no password. Refused with `address_taken` where the address is taken, also as an id, whatever the case of its letters. */
export async function addUser(context: UserKeeping, input: CreateUser): Promise<User> {
  const email = input.email?.trim() ?? null;
  if (email === null) requireServiceAccount(input);
  else rejectKeysIn({ email });
  const row = {
    email,
    name: userNameOf(input.name ?? null),
    passwordHash: await hashGiven(context, input.password, email),
    isAdmin: input.is_admin ?? false,
  };
  const user = await inTransaction(context.keystamp.database, (session) =>
    insertUser(session, row),
  );
  if (user === null) throw wrongField('email', 'taken by another user', 'address_taken');
  return user;
}

function requireServiceAccount({ name, password }: CreateUser): void {
  if (password !== undefined && password !== null) {
    throw wrongField('password', 'expected none: a user without an address never signs in');
  }
  if (name === undefined || name === null) {
    throw wrongField('name', 'missing; expected a name, or an address in email');
  }
}

async function hashGiven(
  { passwords }: UserKeeping,
  password: string | null | undefined,
  email: string | null,
): Promise<string | null> {
  if (password === undefined || password === null) return null;
  const fault = passwordFault(password, email);
  if (fault !== null) throw wrongField('password', fault);
  return passwords.hash(password);
}
