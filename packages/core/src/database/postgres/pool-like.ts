/**
 * A `pg.Pool`, as far as it takes to tell it from other things. None of our declarations refers to those of node-postgres: a
 * service may do without that package, and they ask for a newer TypeScript than ours do.
 */
export interface PoolLike {
  readonly totalCount: number;
  readonly idleCount: number;
  readonly waitingCount: number;
  connect(): Promise<object>;
  end(): Promise<void>;
}

/** A client of node-postgres, from a pool or by itself, as far as it takes to tell it from other things. */
export interface ClientLike {
  query(text: string): Promise<unknown>;
  escapeIdentifier(text: string): string;
}
