import type { Database } from 'keystamp/database';
import type { Logger } from 'pino';
import { writeAudit } from '../audit/audit.js';
import { createPasswordHasher } from '../auth/sessions/password-hash.js';
import { issueSetupToken, makeFirstAdmin } from '../auth/setup/first-admin.js';
import type { ServerConfig } from '../config/config.js';
import { StartFailure } from '../config/start-failure.js';
import { hasActiveAdmin } from '../sql/has-active-admin.js';

/** Makes the administrator that the environment names, where there is none yet; a line in the log says which. */
export async function makeConfiguredAdmin(
  database: Database,
  { firstAdmin }: ServerConfig,
  logger: Logger,
): Promise<void> {
  if (firstAdmin === null) return;
  const { email, password } = firstAdmin;
  const made = await makeWhereNone(database, email, password);
  if (made.outcome === 'made') {
    const fields = { by: 'environment', user: made.user.id };
    writeAudit(logger, 'made the first administrator, of KEYSTAMP_ADMIN_EMAIL', fields);
    return;
  }
  if (made.outcome === 'done') {
    logger.info(
      'KEYSTAMP_ADMIN_EMAIL and _PASSWORD are ignored: there is an administrator already',
    );
    return;
  }
  throw new StartFailure(
    `KEYSTAMP_ADMIN_EMAIL: got ${JSON.stringify(email)}, expected an address that no user has yet`,
  );
}

async function makeWhereNone(database: Database, email: string, password: string) {
  if (await hasActiveAdmin(database)) return { outcome: 'done' } as const;
  const passwordHash = await createPasswordHasher().hash(password);
  return makeFirstAdmin(database, { email, passwordHash, token: null });
}

/**
 * A link that makes the first administrator; null where there is one. It ends those of earlier starts.
 * The token is in the fragment, which browsers send to no server and so to no log.
 */
export async function setupLink(database: Database, url: string): Promise<string | null> {
  const token = await issueSetupToken(database);
  return token === null ? null : `${url}/setup#token=${token}`;
}
