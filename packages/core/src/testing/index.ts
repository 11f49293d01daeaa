/** For unit tests of a service: an instance without a database. Never for production. */
import type { Database } from '../database/database.js';
import { ArgumentError } from '../errors.js';
import { ApiGuard } from '../keys/api-guard.js';
import { checkBackupAt } from '../keys/tracking.js';
import type { Keystamp, KeystampHealth, KeystampOptions } from '../keystamp.js';
import { checkBoolean, checkUserId } from '../model/arguments.js';
import { checkFields, type FieldsOf } from '../model/known-fields.js';
import { checkOptions } from '../options.js';
import { Memory } from './memory.js';
import { MemoryChanges } from './memory-changes.js';
import { MemoryReads } from './memory-reads.js';
import { MemoryValidator } from './memory-validator.js';

/** The options of `createKeystamp` that mean something without a database. */
export interface TestKeystampOptions
  extends Pick<KeystampOptions, 'label' | 'maxKeysPerUser' | 'maxExpiryDays'> {
  /** The clock in epoch ms, by which keys expire and uses are recorded. Default: `Date.now`. */
  readonly now?: (() => number) | undefined;
  /** True: it is made also where `NODE_ENV` is `production`. Default false. */
  readonly allowInProduction?: boolean | undefined;
}

const OPTIONS: FieldsOf<TestKeystampOptions> = {
  label: true,
  maxKeysPerUser: true,
  maxExpiryDays: true,
  now: true,
  allowInProduction: true,
};

/**
 * An instance that keeps its keys in memory, for unit tests of a service that uses Keystamp: no database, no connection, no timer.
 * It takes and answers what the real one does, refuses the same, and writes the same history. What it holds is gone with it.
 *
 * A use is stored at once, without a flush. `database` throws where it is used, and so do the transactions of a caller (`client`,
 * `session`, `executor`): test what needs them against a real database, such as the embedded one in memory.
 *
 * Throws an ArgumentError for a wrong option, and where `NODE_ENV` is `production`: every key would be lost at the next start.
 *
 * @example
 * const keystamp = createTestKeystamp();
 * const { apiKey } = await keystamp.createApiKey({ userId: 'ada', name: 'Test', scopes: ['orders:read'] });
 * const response = await app.inject({ url: '/orders', headers: { 'x-api-key': apiKey } });
 */
export function createTestKeystamp(given: TestKeystampOptions = {}): Keystamp {
  const { allowInProduction = false, ...options } = checkFields(given, OPTIONS, 'options');
  const isAllowed = checkBoolean(allowInProduction, 'allowInProduction');
  if (process.env['NODE_ENV'] === 'production' && !isAllowed) {
    const expected = 'another value than "production": an instance for tests loses every key';
    throw new ArgumentError('NODE_ENV', expected);
  }
  const settings = checkOptions(options);
  const memory = new Memory(settings.now ?? Date.now);
  const changes = new MemoryChanges(memory, settings);
  const reads = new MemoryReads(memory, changes);
  const validator = new MemoryValidator(memory);
  const guard = new ApiGuard();
  return {
    database: noDatabase(),
    now: () => memory.now(),
    validateUserApiKey: (apiKey, validating) => validator.validate(apiKey, validating),
    createApiKey: guard.wrap(changes.create),
    rotateApiKey: guard.wrap(changes.rotate),
    updateApiKey: guard.wrap(changes.update),
    disableApiKey: guard.wrap(changes.disable),
    enableApiKey: guard.wrap(changes.enable),
    revokeApiKey: guard.wrap(changes.revoke),
    deleteApiKey: guard.wrap(changes.delete),
    disableApiKeys: guard.wrap((keys, by) => changes.stopMany('disabled', keys, by)),
    revokeApiKeys: guard.wrap((keys, by) => changes.stopMany('revoked', keys, by)),
    importApiKeys: guard.wrap(changes.import),
    getApiKey: guard.wrap(reads.get),
    findApiKeys: guard.wrap(reads.find),
    listApiKeys: guard.wrap(reads.list),
    listAllApiKeys: guard.wrap(reads.listAll),
    listEvents: guard.wrap(reads.events),
    sweep: guard.wrap(reads.sweep),
    bookRestore: guard.wrap(async (backupAt) => {
      const restoredAt = memory.now();
      memory.restoredAt = restoredAt;
      return { backupAt: checkBackupAt(backupAt, restoredAt.getTime()), restoredAt };
    }),
    setUserActive: guard.wrap((userId, isActive, executor) =>
      setUserActive(memory, userId, isActive, executor),
    ),
    userChanged: (userId) => {
      guard.requireOpen();
      checkUserId(userId);
    },
    flush: async () => {},
    health: () => healthOf(guard, validator),
    close: async () => {
      guard.close();
      validator.isClosed = true;
    },
  };
}

const setUserActive = async (
  memory: Memory,
  userId: string,
  isActive: boolean,
  executor: unknown,
) => {
  checkBoolean(isActive, 'isActive');
  if (executor !== undefined) {
    throw new ArgumentError('executor', 'none: an instance of keystamp/testing has no database');
  }
  const user = memory.users.get(checkUserId(userId));
  if (user === undefined) return null;
  const changed = Object.freeze({ ...user, isActive });
  memory.users.set(userId, changed);
  return changed;
};

function healthOf(guard: ApiGuard, { refusals }: MemoryValidator): KeystampHealth {
  return {
    databaseReachable: !guard.isClosed,
    listening: !guard.isClosed,
    ready: !guard.isClosed,
    cachedKeys: 0,
    pendingKeys: 0,
    flushLagMs: 0,
    clockOffsetMs: 0,
    counts: {
      cacheHits: 0,
      cacheMisses: 0,
      refusals: { ...refusals },
      flushes: 0,
      flushFailures: 0,
      keysWritten: 0,
      reconnections: 0,
    },
  };
}

/** Whatever is done with it throws, and says why. */
function noDatabase(): Database {
  const refuse = () => {
    throw new Error('An instance of keystamp/testing has no database.');
  };
  return new Proxy({} as Database, { get: refuse, has: refuse });
}
