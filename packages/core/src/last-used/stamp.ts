/**
 * The memory of one key's last use. It is all that a request touches: recording is one write to
 * `usedAt`, and on the first use since the last flush the stamp is put on a list.
 */
export interface Stamp {
  /** The key's id. */
  readonly id: string;
  /** The newest use, by the database's clock in epoch ms; 0 before the first. */
  usedAt: number;
  /** The newest value known to be stored, likewise; 0 where none is known. */
  storedAt: number;
  /** Whether it is on a list of the pending already. */
  pending: boolean;
  /** The minute in which it was last put among the recently written. */
  writtenIn: number;
}

export function createStamp(id: string): Stamp {
  // Fractions from the start, so that the engine keeps the times as mutable doubles and a write allocates nothing.
  return { id, usedAt: 0.5, storedAt: 0.5, pending: false, writtenIn: -1 };
}
