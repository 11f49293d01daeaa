import type { Database } from 'keystamp';
import { findUserByName } from '../sql/find-user-by-name.js';
import { CliFailure } from './cli-io.js';
import { printableText } from './printable-text.js';

/** The id of the user that the command line names by address or id. An unknown id is taken as it is. */
export async function userIdOf(database: Database, idOrEmail: string): Promise<string> {
  const known = await findUserByName(database, idOrEmail);
  if (known !== null) return known.id;
  if (!idOrEmail.includes('@')) return idOrEmail;
  throw new CliFailure(
    `no user has the address ${printableText(idOrEmail)}: see "keystamp users list"`,
  );
}
