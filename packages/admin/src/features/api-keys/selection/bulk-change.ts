import type { DisablingOutcome, RevocationOutcome } from '@keystamp/server/contract';
import { bulkDisableApiKeys, bulkRevokeApiKeys } from '../../../api/api-keys.ts';
import { type ApiFailure, asFailure } from '../../../api/failure.ts';
import type { SelectedKey } from './collect-matching.ts';

/** How many keys are stopped at once. */
export type BulkAct = 'disable' | 'revoke';

export interface KeyOutcome {
  readonly key: SelectedKey;
  /** `not_tried`: the server failed before it came to this key. */
  readonly outcome: RevocationOutcome | DisablingOutcome | 'not_tried';
}

export interface BulkChangeReport {
  readonly act: BulkAct;
  readonly outcomes: readonly KeyOutcome[];
  readonly failure: ApiFailure | null;
}

const CHUNK = 1000;
const requests = { disable: bulkDisableApiKeys, revoke: bulkRevokeApiKeys } as const;

/** Stops any number of keys, a thousand a request. A failure ends it; the result lists what was done until then. */
export async function changeSelected(
  act: BulkAct,
  keys: readonly SelectedKey[],
  onProgress: (done: number) => void,
): Promise<BulkChangeReport> {
  const outcomes: KeyOutcome[] = [];
  let failure: ApiFailure | null = null;
  for (let from = 0; from < keys.length && failure === null; from += CHUNK) {
    const chunk = keys.slice(from, from + CHUNK);
    try {
      outcomes.push(...(await changeChunk(act, chunk)));
      onProgress(outcomes.length);
    } catch (error) {
      failure = asFailure(error);
    }
  }
  const rest = keys.slice(outcomes.length);
  outcomes.push(...rest.map((key) => ({ key, outcome: 'not_tried' as const })));
  return { act, outcomes, failure };
}

async function changeChunk(act: BulkAct, chunk: readonly SelectedKey[]): Promise<KeyOutcome[]> {
  const seen = chunk.map(({ id, last_used_at }) => ({ id, last_used_at }));
  const results: readonly { id: string; outcome: KeyOutcome['outcome'] }[] =
    await requests[act](seen);
  const outcomeOf = new Map(results.map(({ id, outcome }) => [id, outcome]));
  return chunk.map((key) => ({ key, outcome: outcomeOf.get(key.id) ?? 'not_found' }));
}

export function countOf(outcomes: readonly KeyOutcome[], outcome: KeyOutcome['outcome']): number {
  return outcomes.filter((each) => each.outcome === outcome).length;
}
