import { KEEP_UNTIL } from 'keystamp/rules';
import { getApiKey, updateApiKey } from '../../../api/api-keys.ts';
import { type ApiFailure, asFailure } from '../../../api/failure.ts';
import { changeSelected } from '../selection/bulk-change.ts';
import type { Outcome, OutcomeOfKey } from '../selection/outcome-list.tsx';
import { type Decisions, decidedTo } from './decisions.ts';

export interface ReviewReport {
  readonly outcomes: readonly OutcomeOfKey[];
  readonly failure: ApiFailure | null;
}

/**
 * Carries the decisions out: what is kept first, what cannot be taken back last. A key that was used since it was decided
 * about is left alone. A server that does not answer ends it, and the report lists the rest as not tried.
 */
export async function applyReview(
  decisions: Decisions,
  onProgress: (done: number) => void,
): Promise<ReviewReport> {
  const outcomes: OutcomeOfKey[] = [];
  let failure: ApiFailure | null = null;
  for (const { key, decision } of decidedTo(decisions, 'keep')) {
    let outcome: Outcome = 'not_tried';
    try {
      if (failure === null) outcome = await keepUntil(key.id, decision.until);
    } catch (error) {
      failure = asFailure(error);
    }
    outcomes.push({ key, outcome });
    onProgress(outcomes.length);
  }
  for (const act of ['disable', 'revoke'] as const) {
    const keys = decidedTo(decisions, act).map(({ key }) => key);
    if (failure !== null) {
      outcomes.push(...keys.map((key) => ({ key, outcome: 'not_tried' as const })));
      continue;
    }
    const before = outcomes.length;
    const report = await changeSelected(act, keys, (done) => onProgress(before + done));
    outcomes.push(...report.outcomes);
    failure = report.failure;
  }
  return { outcomes, failure };
}

/** Beside the other metadata of the key, as they are now. Throws where the server does not answer. */
async function keepUntil(id: string, until: string): Promise<Outcome> {
  try {
    const { metadata } = await getApiKey(id);
    await updateApiKey(id, { metadata: { ...metadata, [KEEP_UNTIL]: until } });
    return 'kept';
  } catch (error) {
    const { status } = asFailure(error);
    if (status === 404) return 'not_found';
    if (status === 400 || status === 409) return 'not_kept';
    throw error;
  }
}
