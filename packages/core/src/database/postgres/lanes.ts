import { Semaphore } from '../../async/semaphore.js';
import { type Lane, VALIDATION_WAIT_MS } from '../database.js';
import { connectTimeoutMs } from './postgres-connection.js';

/** More look-ups are not on their way at once. */
const MAX_FOR_VALIDATION = 4;

/** Shares the connections of a pool out, so that whatever else waits, a key can be looked up. */
export interface Lanes {
  /** At most so many are in use at once. */
  readonly connections: number;
  /** Resolves to what ends the turn. Throws `overloaded`. */
  take(lane: Lane): Promise<() => void>;
  waitMs(lane: Lane): number;
}

/** Of a single connection none can be kept back: with one there are two. */
export function lanesOf(poolSize: number): Lanes {
  const reserved = Math.min(MAX_FOR_VALIDATION, Math.max(1, Math.floor(poolSize / 2)));
  const shared = Math.max(1, poolSize - reserved);
  const validation = new Semaphore(reserved);
  const others = new Semaphore(shared);
  const waitMs = (lane: Lane) => (lane === 'validation' ? VALIDATION_WAIT_MS : connectTimeoutMs);
  return {
    connections: reserved + shared,
    take: (lane) =>
      (lane === 'validation' ? validation : others).take({
        isUrgent: lane === 'upkeep',
        withinMs: waitMs(lane),
      }),
    waitMs,
  };
}
