import { createKeystamp, type Keystamp, KeystampError } from 'keystamp';
import type { Database } from 'keystamp/database';
import { OPTION_RANGES } from 'keystamp/rules';
import type { Logger } from 'pino';
import { readConfig, type ServerConfig } from '../config/config.js';
import { openLog } from '../log/log.js';
import { requireServerSchema } from '../schema/schema.js';
import { databaseName } from '../start/database-name.js';
import { explainRefusal } from '../start/refused-by-postgres.js';
import { CliFailure, type CliIo } from './cli-io.js';

interface DatabaseOptions {
  /**
   * Only `migrate up` and `serve` make an embedded database: a wrong folder would otherwise turn into an empty
   * one, and a key made there into one that no server knows.
   */
  readonly mayMake?: boolean;
  /** False: the embedded database has to be this command's alone, and no server works on it. Default true. */
  readonly mayShare?: boolean;
}

/** Opens the database of the environment for one piece of work, and closes it whatever happens. */
export async function withDatabase<T>(
  io: CliIo,
  work: (database: Database, config: ServerConfig, log: Logger) => Promise<T>,
  { mayMake = false, mayShare = true }: DatabaseOptions = {},
): Promise<T> {
  const { config, log } = configured(io);
  const database = await io
    .open(config, quiet(log), { mustExist: !mayMake, share: mayShare })
    .catch(explainMissing);
  try {
    const name = databaseName(await database.identify());
    if (io.errIsTerminal) io.err(`Database: ${name}\n`);
    return await work(database, config, log.child({ database: name }));
  } catch (error) {
    throw await explainRefusal(error, database, config);
  } finally {
    await database.end();
  }
}

/** The configuration of a command, and where its audit lines go. */
export function configured(io: CliIo): { config: ServerConfig; log: Logger } {
  const config = configOf(io);
  return { config, log: openLog(levelOf(io, config), { write: (line) => io.err(line) }) };
}

interface KeystampChoices {
  /**
   * True: the work holds a session all the time, which on the embedded database is the only one. Keystamp then takes its listener
   * for lost, which means nothing to a command that validates no key: its warnings are left out.
   */
  readonly holdsSession?: boolean;
}

/** As `withDatabase`, with Keystamp on it. The schema is left as it is: `migrate up` changes it. */
export function withKeystamp<T>(
  io: CliIo,
  work: (keystamp: Keystamp, log: Logger) => Promise<T>,
  { holdsSession = false }: KeystampChoices = {},
): Promise<T> {
  return withDatabase(io, async (database, config, log) => {
    const { label, maxKeysPerUser } = config;
    const maxExpiryDays = config.maxExpiryDays ?? undefined;
    const limits = { maxKeysPerUser, maxExpiryDays };
    // The server shortens the history: a long command without its setting must not.
    const historyDays = OPTION_RANGES.historyDays.to;
    await requireServerSchema(database);
    const keystamp = await createKeystamp({
      database,
      label,
      ...limits,
      historyDays,
      logger: holdsSession ? undefined : quiet(log),
      migrate: false,
    });
    try {
      return await work(keystamp, log);
    } finally {
      await keystamp.close();
    }
  });
}

function explainMissing(error: unknown): never {
  const isMissing = error instanceof KeystampError && error.code === 'database_missing';
  if (!isMissing) throw error;
  throw new CliFailure(
    `${error.message}: set KEYSTAMP_DATA_DIR to its folder, or make one with "keystamp migrate up"`,
  );
}

/** Audit lines are for a log: at a terminal they would interrupt what a person reads, so they need an option. */
function levelOf({ env, errIsTerminal }: CliIo, { logLevel }: ServerConfig): string {
  return errIsTerminal && !env['KEYSTAMP_LOG_LEVEL'] ? 'warn' : logLevel;
}

function configOf({ env, err }: CliIo): ServerConfig {
  const read = readConfig(env);
  if (!read.ok) throw new CliFailure(read.errors.join('\nkeystamp: '));
  for (const warning of read.warnings) err(`keystamp: warning: ${warning}\n`);
  return read.config;
}

/** Commands tell what they did themselves; of the rest only warnings are news. */
function quiet(log: Logger): Logger {
  return log.isLevelEnabled('warn') ? log.child({}, { level: 'warn' }) : log;
}
