import { isDatabaseAway } from 'keystamp/database';

/** Why the database is out of reach, without a stack: where it was looked for and what came of it. */
export interface OutageReason {
  /** Of the system (`ECONNREFUSED`) or of PostgreSQL (`57P03`); null: a wait that ended. */
  readonly code: string | null;
  /** `127.0.0.1:5432`, where a connection was not had; several for a name that has several. */
  readonly address: string | null;
  readonly reason: string;
}

/** Null: the error is no outage. The core wraps what the driver said. */
export function outageReasonOf(error: unknown): OutageReason | null {
  let found: Error | null = null;
  for (let each = error; each instanceof Error; each = each.cause) {
    if (isDatabaseAway(each)) found = each;
  }
  if (found === null) return null;
  const { code } = found as NodeJS.ErrnoException;
  // A name with an address of each kind fails with both, and no words of its own.
  const tries = found instanceof AggregateError ? (found.errors as Error[]) : [found];
  return {
    code: code ?? null,
    address: tries.map(addressOf).filter(Boolean).join(', ') || null,
    reason: found.message || tries.map(({ message }) => message).join('; '),
  };
}

function addressOf(error: Error): string | null {
  const { address, port } = error as { address?: string; port?: number };
  if (address === undefined || port === undefined) return null;
  return `${address.includes(':') ? `[${address}]` : address}:${port}`;
}
