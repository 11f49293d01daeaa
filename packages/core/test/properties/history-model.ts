import { expect } from 'vitest';
import type { KeyEvent, Keystamp, UserApiKey } from '../../src/index.js';
import type { Change } from './audit.js';

/** The columns of a key that people change, and where they stand in its record. */
const COLUMNS: Readonly<Record<string, (key: UserApiKey) => unknown>> = {
  user_id: ({ userId }) => userId,
  name: ({ name }) => name,
  note: ({ note }) => note,
  scopes: ({ scopes }) => scopes,
  metadata: ({ metadata }) => metadata,
  expires_at: ({ expiresAt }) => expiresAt?.toISOString() ?? null,
  disabled_at: ({ disabledAt }) => disabledAt?.toISOString() ?? null,
  revoked_at: ({ revokedAt }) => revokedAt?.toISOString() ?? null,
  successor_id: ({ successorId }) => successorId,
};

/**
 * K7: one event for each change that the database saw, none for a use, each beginning where the one before ended, the last one where the
 * row stands. K8: what a sweep stopped was not used since the sweep looked.
 */
export async function expectWholeHistory(
  keystamp: Keystamp,
  keyId: string,
  changes: readonly Change[],
): Promise<void> {
  const { events } = await keystamp.listEvents({ keyId, limit: 1_000 });
  const history = events.toReversed();
  // An UPDATE that sets what stands there already is no change.
  const seen = changes.filter(
    ({ id, changed }) => id === keyId && changed.some((column) => column !== 'last_used_at'),
  );
  const [created, ...later] = history.filter(
    ({ kind }) => kind !== 'deleted' && kind !== 'refused',
  );
  expect(created?.kind).toBe('created');
  expect(later, 'an event for each change').toHaveLength(seen.length);
  for (const [i, event] of later.entries()) {
    const columns = Object.keys(event.changed ?? {});
    expect(columns.sort(), 'what changed').toEqual([...(seen[i] as Change).changed].sort());
  }
  expectChain(history, await keystamp.getApiKey(keyId));
  for (const event of history) expectSpared(event, seen);
}

function expectChain(history: readonly KeyEvent[], key: UserApiKey | null): void {
  const stands = new Map<string, unknown>();
  for (const { changed } of history) {
    for (const [column, { from, to }] of Object.entries(changed ?? {})) {
      if (stands.has(column)) expect(from, `${column} before`).toEqual(stands.get(column));
      stands.set(column, to);
    }
  }
  expect(key === null, 'deleted').toBe(history.some(({ kind }) => kind === 'deleted'));
  if (key === null) return;
  for (const [column, value] of stands) {
    expect(COLUMNS[column]?.(key), column).toEqual(value);
  }
}

/** A sweep names what it saw. The row that it stopped had no later use stored. */
function expectSpared({ actor, kind, changed }: KeyEvent, changes: readonly Change[]): void {
  if (actor.kind !== 'policy') return;
  expect(kind).toBe('disabled');
  const at = changed?.['disabled_at']?.to as string;
  const stop = changes.find(
    ({ disabledAfter }) => disabledAfter !== null && new Date(disabledAfter).toISOString() === at,
  );
  const seenMs = actor.name === 'never used' ? null : Date.parse(actor.name as string);
  const usedMs = stop?.usedBefore === null ? null : Math.floor(stop?.usedBefore ?? Number.NaN);
  // Ahead of the clock by hand: what came after it is lower, and was nobody's use.
  if (seenMs !== null && seenMs > Date.parse(at)) return;
  expect(usedMs, 'not used since it was looked at').toEqual(seenMs);
}
