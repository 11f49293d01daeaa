import type { RevocationOutcome } from '@keystamp/server/contract';
import { bulkRevokeApiKeys } from '../../api/api-keys.ts';
import { type ApiFailure, asFailure } from '../../api/failure.ts';
import type { SelectedKey } from './collect-matching.ts';

export interface KeyOutcome {
  readonly key: SelectedKey;
  /** `not_tried`: the server failed before it came to this key. */
  readonly outcome: RevocationOutcome | 'not_tried';
}

export interface BulkRevocationReport {
  readonly outcomes: readonly KeyOutcome[];
  readonly failure: ApiFailure | null;
}

const CHUNK = 1000;

/** Revokes any number of keys, a thousand a request. A failure ends it; the result lists what was done until then. */
export async function revokeSelected(
  keys: readonly SelectedKey[],
  onProgress: (done: number) => void,
): Promise<BulkRevocationReport> {
  const outcomes: KeyOutcome[] = [];
  let failure: ApiFailure | null = null;
  for (let from = 0; from < keys.length && failure === null; from += CHUNK) {
    const chunk = keys.slice(from, from + CHUNK);
    try {
      outcomes.push(...(await revokeChunk(chunk)));
      onProgress(outcomes.length);
    } catch (error) {
      failure = asFailure(error);
    }
  }
  const untold = keys.slice(outcomes.length);
  outcomes.push(...untold.map((key) => ({ key, outcome: 'not_tried' as const })));
  return { outcomes, failure };
}

async function revokeChunk(chunk: readonly SelectedKey[]): Promise<KeyOutcome[]> {
  const results = await bulkRevokeApiKeys(
    chunk.map(({ id, last_used_at }) => ({ id, last_used_at })),
  );
  const outcomeOf = new Map(results.map(({ id, outcome }) => [id, outcome]));
  return chunk.map((key) => ({ key, outcome: outcomeOf.get(key.id) ?? 'not_found' }));
}

export function countOf(outcomes: readonly KeyOutcome[], outcome: KeyOutcome['outcome']): number {
  return outcomes.filter((each) => each.outcome === outcome).length;
}
