import type { Database } from 'keystamp';
import { findUserId } from '../sql/find-user-id.js';
import { CliFailure } from './cli-io.js';
import { printableText } from './printable-text.js';

/** The id of the user that the command line names by address or id. An unknown id is taken as it is. */
export async function userIdOf(database: Database, idOrEmail: string): Promise<string> {
  const known = await findUserId(database, idOrEmail);
  if (known !== null) return known;
  if (!idOrEmail.includes('@')) return idOrEmail;
  throw new CliFailure(
    `no user has the address ${printableText(idOrEmail)}: see "keystamp users list"`,
  );
}
