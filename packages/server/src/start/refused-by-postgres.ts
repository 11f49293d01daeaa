import type { Database } from 'keystamp/database';
import type { ServerConfig } from '../config/config.js';
import { StartFailure, urlFailure } from '../config/start-failure.js';

/** By SQLSTATE: what of the URL a server that answers does not take, and what it would. */
const EXPECTED: readonly [RegExp, string][] = [
  [/^3D000$/, 'the name of a database that exists'],
  [/^28P01$/, 'a user and the password of that user'],
  [/^28/, 'a user whom the server lets in'],
  [/^42501$/, 'a user who may connect, and who owns the schema keystamp or may create it'],
];

/**
 * The line about the URL that leads to the wrong place, or where TLS fails or PostgreSQL answers and refuses; any other error as it is. Of PostgreSQL's words only
 * the message is passed on, which names the user and the database and never the password.
 */
export async function explainRefusal(
  error: unknown,
  database: Database,
  config: ServerConfig,
): Promise<unknown> {
  const refusal = refusalOf(error);
  if (refusal === null || config.databaseUrl === null) return urlFailure(error) ?? error;
  const name = await refusedUrl(database, config);
  return new StartFailure(`${name}: ${refusal}`, { cause: error });
}

/** What to say of it; null: it is no refusal. The migrations wrap what the driver said. */
function refusalOf(error: unknown): string | null {
  for (let each = error; each instanceof Error; each = each.cause) {
    const { code, remedy } = each as { code?: unknown; remedy?: unknown };
    // The library names what has to be done: TLS that fails.
    if (typeof remedy === 'string') return each.message;
    const [, expected] = EXPECTED.find(([state]) => state.test(String(code))) ?? [];
    if (expected !== undefined) return `PostgreSQL says: ${each.message}; expected ${expected}`;
  }
  return null;
}

/** The error does not say which of the two addresses it came from; the first one is tried again. */
async function refusedUrl(database: Database, { listenDatabaseUrl }: ServerConfig) {
  if (listenDatabaseUrl === null) return 'DATABASE_URL';
  const answers = await database.query('select 1').then(
    () => true,
    (error: unknown) => refusalOf(error) === null,
  );
  return answers ? 'LISTEN_DATABASE_URL' : 'DATABASE_URL';
}
