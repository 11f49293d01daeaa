import type { Database } from 'keystamp';
import type { ServerConfig } from '../config.js';
import { createPasswordHasher } from '../sessions/password-hash.js';
import { hasActiveAdmin } from '../sql/has-active-admin.js';
import { StartFailure } from '../start-failure.js';
import { issueSetupToken, makeFirstAdmin } from './first-admin.js';

/** Makes the administrator that the environment names, where there is none yet. */
export async function makeConfiguredAdmin(
  database: Database,
  { firstAdmin }: ServerConfig,
): Promise<void> {
  if (firstAdmin === null || (await hasActiveAdmin(database))) return;
  const { email, password } = firstAdmin;
  const passwordHash = await createPasswordHasher().hash(password);
  const made = await makeFirstAdmin(database, { email, passwordHash, token: null });
  if (made.outcome !== 'taken') return;
  throw new StartFailure(
    `KEYSTAMP_ADMIN_EMAIL: got ${JSON.stringify(email)}, expected an address that no user has yet`,
  );
}

/**
 * A link that makes the first administrator; null where there is one. It ends those of earlier starts.
 * The token is in the fragment, which browsers send to no server and so to no log.
 */
export async function setupLink(database: Database, url: string): Promise<string | null> {
  const token = await issueSetupToken(database);
  return token === null ? null : `${url}/setup#token=${token}`;
}
