import type { Database } from 'keystamp/database';
import { printableText } from 'keystamp/rules';
import { rejectKeysIn } from '../rules/key-in-text.js';
import { findUsersByName } from '../sql/find-users-by-name.js';
import type { User } from '../sql/user.js';
import { CliFailure } from './cli-io.js';

/** Whom the command line names by address or id. `argument`: what the command calls it. */
export async function userNamed(
  database: Database,
  idOrEmail: string,
  argument = '--user',
): Promise<User> {
  rejectKeysIn({ [argument]: idOrEmail });
  const known = await theOneNamed(database, idOrEmail);
  if (known === null) throw noSuchUser(idOrEmail);
  return known;
}

/** The same, for a command that adds an id it does not know: null. An address is never made a user by itself. */
export async function userNamedIfAny(database: Database, idOrEmail: string): Promise<User | null> {
  rejectKeysIn({ '--user': idOrEmail });
  return idOrEmail.includes('@')
    ? userNamed(database, idOrEmail)
    : theOneNamed(database, idOrEmail);
}

/** `id:` before an id says that it is one, where it is the address of somebody else too. */
const BY_ID = 'id:';

async function theOneNamed(database: Database, idOrEmail: string): Promise<User | null> {
  if (idOrEmail.startsWith(BY_ID)) {
    const id = idOrEmail.slice(BY_ID.length);
    const named = await findUsersByName(database, id);
    const known = named.find((user) => user.id === id);
    if (known !== undefined) return known;
  }
  const [user = null, other] = await findUsersByName(database, idOrEmail);
  if (other === undefined) return user;
  const name = printableText(idOrEmail);
  throw new CliFailure(
    `${name} is the id of one user and the address of another: say ${BY_ID}${name} or ${BY_ID}${printableText(other.id)}`,
  );
}

function noSuchUser(idOrEmail: string): CliFailure {
  const what = idOrEmail.includes('@') ? 'address' : 'id or address';
  const name = printableText(idOrEmail);
  return new CliFailure(`no user has the ${what} ${name}: see "keystamp users list"`);
}

/** Says so where a key of the user does nothing yet. Null: the user is new. */
export function warnIfInactive(err: (text: string) => void, user: User | null): void {
  if (user === null || user.isActive) return;
  const who = printableText(user.email ?? user.id);
  err(`${who} is deactivated: the key does nothing until "keystamp users activate ${who}".\n`);
}
