import type { KeyOutcome } from './bulk-change.ts';

/** `kept`, `not_kept`: of a review, where a day was to be written to the key. */
export type Outcome = KeyOutcome['outcome'] | 'kept' | 'not_kept';

export interface OutcomeOfKey {
  readonly key: KeyOutcome['key'];
  readonly outcome: Outcome;
}

/** What did not go as asked comes first. */
const order = [
  'not_tried',
  'used_meanwhile',
  'not_kept',
  'not_found',
  'already',
  'kept',
  'disabled',
  'revoked',
] as const;

export const outcomeWords: Readonly<Record<Outcome, string>> = {
  not_tried: 'not tried',
  used_meanwhile: 'used meanwhile, left alone',
  not_kept: 'the day could not be written',
  not_found: 'no longer there',
  already: 'was already stopped',
  kept: 'kept',
  disabled: 'disabled',
  revoked: 'revoked',
};
/** A longer list is read by nobody and held by no phone. */
const MAX_SHOWN = 500;

/** What came of each key. */
export function OutcomeList({ outcomes }: { outcomes: readonly OutcomeOfKey[] }) {
  const sorted = order.flatMap((outcome) => outcomes.filter((each) => each.outcome === outcome));
  const shown = sorted.slice(0, MAX_SHOWN);
  return (
    <>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard. */}
      <ul className="outcomes" tabIndex={0} aria-label="Outcome per key">
        {shown.map(({ key, outcome }) => (
          <li key={key.id} className={`outcome outcome-${outcome}`}>
            <span>
              <bdi>{key.name}</bdi> <code>{key.key_prefix}…</code>
            </span>
            <span>{outcomeWords[outcome]}</span>
          </li>
        ))}
      </ul>
      {sorted.length > shown.length && (
        <p className="muted">And {(sorted.length - shown.length).toLocaleString()} more.</p>
      )}
    </>
  );
}

/** As in "2 used meanwhile, left alone · 30 disabled". */
export function countedOutcomes(outcomes: readonly OutcomeOfKey[]): string {
  return order
    .map(
      (outcome) => [outcomes.filter((each) => each.outcome === outcome).length, outcome] as const,
    )
    .filter(([count]) => count > 0)
    .map(([count, outcome]) => `${count.toLocaleString()} ${outcomeWords[outcome]}`)
    .join(' · ');
}
