import { setTimeout as pause } from 'node:timers/promises';
import { ArgumentError, KeystampError } from '../../errors.js';
import type { Logger } from '../../keystamp.js';
import type { Database, Session } from '../database.js';
import { requireSettings } from '../postgres/session-settings.js';
import { requireSameDatabase } from '../require-same-database.js';
import { applyMigration } from './apply-migration.js';
import type {
  MigrateDownOptions,
  MigrateOptions,
  MigrateUpOptions,
  MigrationState,
} from './migrate-options.js';
import {
  type Direction,
  findMigration,
  type Migration,
  type MigrationSet,
  type OwnedMigration,
} from './migration.js';
import { isLockTimeout } from './migration-failure.js';
import { readAppliedMigrations } from './read-applied-migrations.js';

/** Moves a database along the library's list of migrations, and that of one more owner. */
export class Migrator {
  readonly #database: Database;
  readonly #owners: ReadonlySet<string | null>;
  readonly #migrations: ReadonlyMap<string, OwnedMigration>;

  constructor(database: Database, migrations: readonly Migration[], also?: MigrationSet) {
    const own = migrations.map((migration) => ({ ...migration, owner: null }));
    const others = also?.migrations.map((each) => ({ ...each, owner: also.owner })) ?? [];
    this.#database = database;
    this.#owners = new Set([null, ...(also === undefined ? [] : [also.owner])]);
    this.#migrations = new Map([...own, ...others].map((migration) => [migration.name, migration]));
  }

  /** All migrations, in order: those of the lists, and those of their owners that only the database knows. */
  async status(): Promise<MigrationState[]> {
    const applied = await readAppliedMigrations(this.#database);
    const theirs = [...applied].filter(([, { owner }]) => this.#owners.has(owner));
    const names = new Set([...this.#migrations.keys(), ...theirs.map(([name]) => name)]);
    return [...names].sort().map((name) => ({
      name,
      appliedAt: applied.get(name)?.at ?? null,
      known: this.#migrations.has(name),
    }));
  }

  async up({ to, ...options }: MigrateUpOptions): Promise<string[]> {
    const states = await this.status();
    warnOfUnknown(states, options.logger);
    const names = states.filter((state) => state.known).map((state) => state.name);
    const last = to === undefined ? names.length - 1 : names.indexOf(findMigration(names, to));
    const wanted = new Set(names.slice(0, last + 1));
    const missing = states.filter((state) => state.appliedAt === null && wanted.has(state.name));
    return this.#apply('up', namesOf(missing), options);
  }

  async down({ count = 1, to, confirm, ...options }: MigrateDownOptions): Promise<string[]> {
    if (!(count >= 0)) throw new ArgumentError('count', 'a number from 0');
    const applied = (await this.status()).filter((state) => state.appliedAt !== null);
    const names = namesOf(applied);
    const kept =
      to === undefined ? names.length - count : names.indexOf(findMigration(names, to)) + 1;
    const going = applied.slice(Math.max(kept, 0)).reverse();
    requireKnown(going);
    await confirm?.(namesOf(going));
    return this.#apply('down', namesOf(going), options);
  }

  async #apply(
    direction: Direction,
    names: readonly string[],
    options: MigrateOptions,
  ): Promise<string[]> {
    if (names.length === 0) return [];
    await requireSameDatabase(this.#database);
    await requireSettings(this.#database);
    const session = await this.#database.connectDirect();
    let failure: Error | undefined;
    const applied: string[] = [];
    try {
      for (const name of names) {
        const migration = this.#migrations.get(name) as OwnedMigration;
        if (!(await applyWithRetries(session, migration, direction, options))) continue;
        options.logger?.info({ migration: name, direction }, 'Migration applied');
        applied.push(name);
      }
      return applied;
    } catch (error) {
      failure = error as Error;
      throw error;
    } finally {
      session.release(failure);
    }
  }
}

function namesOf(states: readonly MigrationState[]): string[] {
  return states.map(({ name }) => name);
}

function warnOfUnknown(states: readonly MigrationState[], logger: Logger | undefined): void {
  const unknown = namesOf(states.filter((state) => !state.known));
  if (unknown.length === 0) return;
  logger?.warn({ migrations: unknown }, 'The database is newer than this version of Keystamp');
}

function requireKnown(going: readonly MigrationState[]): void {
  const unknown = going.find((state) => !state.known);
  if (unknown === undefined) return;
  throw new KeystampError(
    'migration_failed',
    `The database has the migration ${unknown.name}, which this version does not know: take it back with the version that applied it`,
  );
}

const pauseMs = { first: 250, most: 2_000 };

/** A lock that does not come is given up soon, and tried again. */
async function applyWithRetries(
  session: Session,
  migration: OwnedMigration,
  direction: Direction,
  { lockAttempts = 10, logger }: MigrateOptions,
): Promise<boolean> {
  const { name } = migration;
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await applyMigration(session, migration, direction);
    } catch (error) {
      if (!isLockTimeout(error) || attempt >= lockAttempts) throw error;
      logger?.warn({ migration: name, attempt }, 'Migration waits for a lock, it is tried again');
      await pause(Math.min(pauseMs.most, pauseMs.first * 2 ** (attempt - 1)));
    }
  }
}
