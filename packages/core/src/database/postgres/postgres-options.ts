export interface PostgresOptions {
  /** URL of a direct connection, where the other goes through a pooler in transaction mode. */
  listenDatabase: string | undefined;
  poolSize: number;
  statementTimeoutMs: number;
}
