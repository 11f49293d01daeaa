import type { ClientBase } from 'pg';
import type { QueryResult, Session } from '../database/database.js';
import { KeystampError } from '../errors.js';
import type { MigrationFile } from './migration-folder.js';
import { lineAt, type SqlStatement, splitStatements } from './sql-statements.js';

interface PostgresError extends Error {
  readonly severity?: string;
  readonly position?: string;
  readonly hint?: string;
}

interface Failure {
  readonly error: PostgresError;
  /** Null: not a statement of the file, but one of the bookkeeping. */
  readonly place: { readonly statement: SqlStatement; readonly number: number } | null;
}

/**
 * What node-pg-migrate takes for a client: it sends the statements of the migration's file one by one, so
 * that a failure can be told by statement and line.
 */
export class MigrationClient {
  readonly #session: Session;
  readonly #file: MigrationFile;
  #failure: Failure | undefined;

  constructor(session: Session, file: MigrationFile) {
    this.#session = session;
    this.#file = file;
  }

  asPgClient(): ClientBase {
    const query = (config: string | { text: string }, values?: unknown[]) =>
      this.#query(typeof config === 'string' ? config : config.text, values);
    return { query } as unknown as ClientBase;
  }

  /** The error to throw for one that came out of the migration: what failed where, if PostgreSQL said so. */
  explain(error: unknown): unknown {
    const failure = this.#failure;
    // Only the server's own refusals are a migration's failure; a lost connection is not.
    if (failure !== undefined && failure.error.severity !== 'ERROR') return failure.error;
    const message = failure === undefined ? (error as Error).message : this.#describe(failure);
    return new KeystampError('migration_failed', message, { cause: failure?.error ?? error });
  }

  async #query(text: string, values?: unknown[]): Promise<QueryResult> {
    if (!text.startsWith(this.#file.sql)) {
      return this.#watch(() => this.#session.query(text, values), null);
    }
    let result: QueryResult = { rows: [], rowCount: null };
    for (const [index, statement] of splitStatements(this.#file.sql).entries()) {
      const place = { statement, number: index + 1 };
      result = await this.#watch(() => this.#session.query(statement.text), place);
    }
    return result;
  }

  /** Keeps the first error: what follows it (a rollback) may fail too, and says less. */
  async #watch(send: () => Promise<QueryResult>, place: Failure['place']): Promise<QueryResult> {
    try {
      return await send();
    } catch (error) {
      this.#failure ??= { error: error as PostgresError, place };
      throw error;
    }
  }

  #describe({ error, place }: Failure): string {
    const { migration, file, sql } = this.#file;
    const hint = error.hint === undefined ? '' : ` (${error.hint})`;
    if (place === null) return `${migration} could not be applied: ${error.message}${hint}`;
    const { statement, number } = place;
    const offset = error.position === undefined ? 0 : Number(error.position) - 1;
    const line = lineAt(sql, statement.start + offset);
    const firstLine = statement.text.split('\n', 1)[0]?.trim();
    return `${file}, statement ${number}, line ${line} (${firstLine}): ${error.message}${hint}`;
  }
}
