import pg from 'pg';

/** What statements cost the server, of one database, since it was last asked to count anew. */
export interface WriteCost {
  readonly statements: number;
  readonly rowVersions: number;
  /** Of the row versions, those that stayed on their page and touched no index. */
  readonly hot: number;
  readonly walBytes: number;
}

/** Statements and bytes of WAL at this moment. */
export interface Mark {
  readonly statements: number;
  readonly walBytes: number;
}

const markQuery = `select
  (select coalesce(sum(s.calls), 0) from pg_stat_statements s join pg_database d on d.oid = s.dbid where d.datname = $1)::float8 as statements,
  (pg_current_wal_insert_lsn() - '0/0'::pg_lsn)::float8 as wal_bytes`;

const tablesQuery = `select coalesce(sum(n_tup_upd), 0)::float8 as updated, coalesce(sum(n_tup_hot_upd), 0)::float8 as hot
from pg_stat_user_tables where $1::text is null or relname = $1`;

/** Reads the server's own counters; from the database \`postgres\`, so that it is not counted itself. */
export class CostMeter {
  readonly #admin: pg.Client;
  readonly #url: string;
  readonly #database: string;

  private constructor(admin: pg.Client, url: string) {
    this.#admin = admin;
    this.#url = url;
    this.#database = new URL(url).pathname.slice(1);
  }

  static async open(url: string): Promise<CostMeter> {
    const adminUrl = new URL(url);
    adminUrl.pathname = '/postgres';
    const admin = new pg.Client({ connectionString: adminUrl.href });
    await admin.connect();
    await admin.query('create extension if not exists pg_stat_statements');
    return new CostMeter(admin, url);
  }

  async mark(): Promise<Mark> {
    const { rows } = await this.#admin.query(markQuery, [this.#database]);
    return { statements: rows[0].statements, walBytes: rows[0].wal_bytes };
  }

  /** So that no page is written to the log whole during a measurement, other than by the first turn over it. */
  async checkpoint(): Promise<void> {
    await this.#admin.query('checkpoint');
  }

  /** Of one table, or of all where it is null, as sessions that have ended told it: a session keeps its counts for a while. */
  async updates(table: string | null = null): Promise<{ updated: number; hot: number }> {
    const client = new pg.Client({ connectionString: this.#url });
    await client.connect();
    try {
      const { rows } = await client.query(tablesQuery, [table]);
      return rows[0];
    } finally {
      await client.end();
    }
  }

  async end(): Promise<void> {
    await this.#admin.end();
  }
}

export function between(from: Mark, to: Mark): Mark {
  return { statements: to.statements - from.statements, walBytes: to.walBytes - from.walBytes };
}
