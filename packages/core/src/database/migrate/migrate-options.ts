import type { Logger } from '../../keystamp.js';
import type { MigrationSet } from './migration.js';

export interface MigrateOptions {
  /** How often a migration is tried that waited in vain for a lock. Default 10: for about 15 s. */
  lockAttempts?: number | undefined;
  /** Default: none. */
  logger?: Logger | undefined;
  /** Migrations of a program beside the library's, in one order with them. Default: none. */
  also?: MigrationSet | undefined;
}

export interface MigrateUpOptions extends MigrateOptions {
  /** Name or number of the last migration to apply. Default: all. */
  to?: string | undefined;
}

export interface MigrateDownOptions extends MigrateOptions {
  /** How many to take back, the newest first. Default 1. */
  count?: number | undefined;
  /** Name or number of the migration that stays as the last one, instead of `count`. */
  to?: string | undefined;
  /** Called with the names that go, before anything changes; what it throws leaves all as it is. */
  confirm?: ((names: readonly string[]) => Promise<void>) | undefined;
}

export interface MigrationState {
  readonly name: string;
  /** Null: not applied. */
  readonly appliedAt: Date | null;
  /** False: the database has it, this version of the package does not know it. */
  readonly known: boolean;
}
