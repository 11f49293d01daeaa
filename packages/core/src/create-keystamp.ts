import { ClockJumpDetector } from './clock/clock-jump-detector.js';
import { DatabaseClock } from './clock/database-clock.js';
import type { Database } from './database/database.js';
import { FailedStatements } from './database/failed-statements.js';
import { migrateUp } from './database/migrate/migrate.js';
import { requireSchema } from './database/migrate/require-schema.js';
import { openDatabase } from './database/open-database.js';
import { asUnavailable, isDatabaseAway } from './database/outage.js';
import { requireSettings } from './database/postgres/session-settings.js';
import { requireSameDatabase } from './database/require-same-database.js';
import { watchStatements } from './database/watch-statements.js';
import { EventRetention } from './history/retention.js';
import { ChangeListener } from './invalidation/change-listener.js';
import { bucketOf, Invalidations, userBucketOf } from './invalidation/invalidations.js';
import { toKeyHash } from './key-format/api-key.js';
import { ApiGuard } from './keys/api-guard.js';
import { KeyChanger } from './keys/change-keys.js';
import { findApiKeys } from './keys/find-keys.js';
import { importApiKeys } from './keys/import-keys.js';
import { KeyIssuer } from './keys/issue-keys.js';
import { listAllApiKeys } from './keys/list-all-keys.js';
import { listKeyEvents } from './keys/list-events.js';
import { listApiKeys } from './keys/list-keys.js';
import { readerOf } from './keys/ownership.js';
import { KeySweeper } from './keys/sweep.js';
import { Tracking } from './keys/tracking.js';
import type { ImportOptions, Keystamp, KeystampHealth, KeystampOptions } from './keystamp.js';
import { CLOSE_WITHIN_MS, Flusher } from './last-used/flusher.js';
import { checkId, checkUserId } from './model/arguments.js';
import type { ImportApiKeyInput } from './model/import-api-key-input.js';
import { checkOptions, ownOptions, type Settings } from './options.js';
import { RefusedKeys } from './refusals/refused-keys.js';
import { getKey } from './sql/get-key.js';
import { readClock } from './sql/read-clock.js';
import { CircuitBreaker } from './validation/circuit-breaker.js';
import { ImportedFormats } from './validation/imported-formats.js';
import { KeyLoader } from './validation/key-loader.js';
import { ValidationCache } from './validation/validation-cache.js';
import { Validator } from './validation/validator.js';

/**
 * Opens the database, brings its schema up to date and starts to listen for changes.
 * Throws `ArgumentError` for a wrong option, `database_unavailable`, `database_in_use`, `migration_failed`,
 * `schema_outdated` (with `migrate: false`).
 */
export async function createKeystamp(given: KeystampOptions = {}): Promise<Keystamp> {
  const options = ownOptions(given);
  const settings = checkOptions(options);
  const database = await open(options);
  // What was handed in stays open; what was made around it is ended all the same, and leaves nothing on it.
  const isOurs = database !== options.database;
  try {
    await requireSameDatabase(database);
    await requireSettings(database);
    await prepareSchema(database, settings);
    const parts = assemble(database, settings);
    await readFirst(parts.clock, database);
    await parts.listener.start();
    await parts.importedFormats.refresh();
    await parts.tracking.warnOfRestore(settings.logger);
    parts.flusher.start();
    parts.retention.start();
    return toKeystamp(parts.database, isOurs, parts);
  } catch (error) {
    if (isOurs) await database.end().catch(() => {});
    throw asUnavailable(error);
  }
}

async function open(options: KeystampOptions): Promise<Database> {
  try {
    return await openDatabase(options.database, openOptions(options));
  } catch (error) {
    throw asUnavailable(error);
  }
}

type Parts = ReturnType<typeof assemble>;

/** Makes the parts. What one of them causes in another is said here and in the two functions below, and nowhere else. */
function assemble(opened: Database, settings: Settings) {
  const following = assembleFollowing(opened, settings);
  const { database, clock, invalidations, flusher } = following;
  const { pending } = flusher;
  const guard = new ApiGuard();
  const changing = { database, clock, invalidations, pending, ...settings };
  const changer = new KeyChanger(changing);
  return {
    ...following,
    ...assembleValidation(following, settings),
    guard,
    issuer: new KeyIssuer(changing),
    changer,
    sweeper: new KeySweeper({ database, changer, pending, guard }),
    retention: new EventRetention({ database, ...settings }),
    tracking: new Tracking(database, clock),
  };
}

/** What follows the database: its clock, changes made elsewhere, outages; and what writes the last uses to it. */
function assembleFollowing(opened: Database, settings: Settings) {
  const { logger, precisionMs, flushIntervalMs } = settings;
  const failedStatements = new FailedStatements(logger);
  const database = watchStatements(opened, (error) => {
    failedStatements.count(error);
    // A probe finds out whether it was that statement or the database. A wait for the own pool has no code, and is load.
    if (isDatabaseAway(error) && 'code' in error) void breaker.probe();
  });
  const clock = new DatabaseClock(
    {
      onStep: (stepMs) => flusher.moveUses(stepMs),
      onNewServer: (stepMs) => flusher.writeRecentAgain(stepMs),
    },
    settings.now,
  );
  const importedFormats = new ImportedFormats(database);
  const invalidations = new Invalidations(() => void importedFormats.refresh());
  const listener = new ChangeListener({
    database,
    clock,
    invalidations,
    logger,
    beforeLive: () => breaker.probeNow(),
    onLoss: () => void breaker.probe(),
  });
  const cancel = (backendPid: number) => listener.cancel(backendPid);
  const jumps = new ClockJumpDetector(clock, database, () => listener.doubt());
  const timing = { windowMs: precisionMs, flushIntervalMs };
  const flusher = new Flusher({ database, clock, jumps, timing, logger, cancel });
  const breaker = new CircuitBreaker({ database: opened, cancel, clock, logger });
  const shared = { database, clock, invalidations, listener, breaker, flusher, importedFormats };
  return { ...shared, failedStatements, cancel };
}

function assembleValidation(
  following: ReturnType<typeof assembleFollowing>,
  { logger, cacheSize, outageGraceMs }: Settings,
) {
  const { database, cancel, invalidations, flusher } = following;
  const { clock, listener, breaker, importedFormats } = following;
  const keys = new ValidationCache(cacheSize, invalidations);
  const refusedKeys = new RefusedKeys({ database, cancel, logger });
  const validator = new Validator({
    clock,
    listener,
    breaker,
    importedFormats,
    keys,
    refusedKeys,
    loader: new KeyLoader({ database, cancel }, invalidations),
    pending: flusher.pending,
    cacheSize,
    outageGraceMs,
  });
  return { keys, refusedKeys, validator };
}

function toKeystamp(database: Database, isOurs: boolean, parts: Parts): Keystamp {
  const { guard, issuer, changer, flusher, tracking, validator } = parts;
  let closing: Promise<void> | undefined;
  return {
    database,
    now: () => new Date(parts.clock.now()),
    createApiKey: guard.wrap((input, by = {}) => issuer.create(input, by)),
    validateUserApiKey: (apiKey, options) => validator.validate(apiKey, options),
    getApiKey: guard.wrap(async (id, within = {}) =>
      getKey(database, checkId(id), readerOf(within)),
    ),
    findApiKeys: guard.wrap((beginning, within = {}) => findApiKeys(database, beginning, within)),
    listApiKeys: guard.wrap((query = {}) => listApiKeys(database, tracking, query)),
    listAllApiKeys: guard.wrap((query = {}) => listAllApiKeys(database, tracking, query)),
    updateApiKey: guard.wrap((id, changes, by = {}) => changer.update(id, changes, by)),
    disableApiKey: guard.wrap((id, by = {}) => changer.disable(id, by)),
    enableApiKey: guard.wrap((id, by = {}) => changer.enable(id, by)),
    revokeApiKey: guard.wrap((id, by = {}) => changer.revoke(id, by)),
    disableApiKeys: guard.wrap((keys, by = {}) => changer.stopMany('disabled', keys, by)),
    revokeApiKeys: guard.wrap((keys, by = {}) => changer.stopMany('revoked', keys, by)),
    sweep: guard.wrap((policy) => parts.sweeper.sweep(policy)),
    rotateApiKey: guard.wrap((id, options = {}, by = {}) => issuer.rotate(id, options, by)),
    deleteApiKey: guard.wrap((id, by = {}) => changer.delete(id, by)),
    bookRestore: guard.wrap((backupAt) => tracking.bookRestore(backupAt)),
    importApiKeys: guard.wrap((keys, options = {}) => importInto(parts, database, keys, options)),
    listEvents: guard.wrap((query = {}) => listKeyEvents(database, query)),
    setUserActive: guard.wrap((userId, isActive, executor) =>
      changer.setUserActive(userId, isActive, executor),
    ),
    userChanged: (userId) => {
      guard.requireOpen();
      parts.invalidations.userChanged(userBucketOf(checkUserId(userId)));
    },
    // Callers share the promise, and after the end it tells whether anything is left.
    flush: () => (parts.refusedKeys.arePending ? flushBoth(parts) : flusher.flush()),
    health: () => healthOf(parts),
    close: () => {
      closing ??= close(database, isOurs, parts);
      return closing;
    },
  };
}

async function importInto(
  { invalidations, clock, importedFormats }: Parts,
  database: Database,
  keys: readonly ImportApiKeyInput[],
  options: ImportOptions,
) {
  const outcomes = await importApiKeys(database, clock.now(), keys, options);
  // In a transaction that is still open nothing has changed; the triggers tell of it at its end.
  if (options.session !== undefined) return outcomes;
  // One of them may have been asked for before, and remembered as unknown.
  for (const { keyHash } of keys) invalidations.keyChanged(bucketOf(toKeyHash(keyHash)));
  await importedFormats.refresh();
  return outcomes;
}

/** A serverless platform may stop the process after it. Only uses that are not stored make it fail. */
async function flushBoth({ flusher, refusedKeys }: Parts): Promise<void> {
  const written = refusedKeys.flush();
  await flusher.flush();
  await written;
}

/** No validation any more, then what they left to write, then the connections. */
async function close(database: Database, isOurs: boolean, parts: Parts): Promise<void> {
  parts.guard.close();
  parts.validator.close();
  parts.breaker.close();
  parts.importedFormats.close();
  const deadline = performance.now() + CLOSE_WITHIN_MS;
  // What another process holds of the embedded database would keep the last uses from being written.
  if (isOurs) await database.dismissGuests?.();
  const retentionClosed = parts.retention.close();
  await parts.flusher.close();
  await parts.refusedKeys.close(deadline);
  await retentionClosed;
  await parts.listener.close();
  parts.failedStatements.close();
  if (isOurs) await database.end();
}

function healthOf({
  guard,
  clock,
  listener,
  flusher,
  breaker,
  keys,
  validator,
}: Parts): KeystampHealth {
  return {
    databaseReachable: !guard.isClosed && !breaker.isOpen,
    listening: listener.isLiveNow,
    ready: validator.isReady,
    cachedKeys: keys.size,
    pendingKeys: flusher.pending.count,
    flushLagMs: flusher.lagMs(),
    clockOffsetMs: clock.hostAheadMs(),
    counts: {
      ...validator.counts,
      ...flusher.counts,
      refusals: { ...validator.counts.refusals },
      reconnections: listener.reconnections,
    },
  };
}

async function prepareSchema(database: Database, { migrate, logger }: Settings): Promise<void> {
  if (migrate) await migrateUp(database, { logger });
  else await requireSchema(database);
}

/** Expiry and uses count by the database's clock, so nothing starts without a first reading of it. */
async function readFirst(clock: DatabaseClock, database: Database): Promise<void> {
  const sentAt = clock.hostNow();
  const row = await readClock(database);
  clock.read({ ...row, sentAt, receivedAt: clock.hostNow() });
}

function openOptions({ dataDir, listenDatabase, logger }: KeystampOptions) {
  return {
    ...(dataDir === undefined ? {} : { dataDir }),
    ...(listenDatabase === undefined ? {} : { listenDatabase }),
    ...(logger === undefined ? {} : { logger }),
  };
}
