import type { Database } from 'keystamp';
import { refuseKeysIn } from '../authenticate-key/key-in-text.js';
import { findUserByName } from '../sql/find-user-by-name.js';
import type { UserRow } from '../sql/user-row.js';
import { CliFailure } from './cli-io.js';
import { printableText } from './printable-text.js';

/** Whom the command line names by address or id. `argument`: what the command calls it. */
export async function userNamed(
  database: Database,
  idOrEmail: string,
  argument = '--user',
): Promise<UserRow> {
  refuseKeysIn({ [argument]: idOrEmail });
  const known = await findUserByName(database, idOrEmail);
  if (known === null) throw noSuchUser(idOrEmail);
  return known;
}

/** The same, for a command that adds an id it does not know: null. An address is never made a user by itself. */
export async function userNamedIfAny(
  database: Database,
  idOrEmail: string,
): Promise<UserRow | null> {
  return idOrEmail.includes('@')
    ? userNamed(database, idOrEmail)
    : findUserByName(database, idOrEmail);
}

function noSuchUser(idOrEmail: string): CliFailure {
  const what = idOrEmail.includes('@') ? 'address' : 'id or address';
  const name = printableText(idOrEmail);
  return new CliFailure(`no user has the ${what} ${name}: see "keystamp users list"`);
}
