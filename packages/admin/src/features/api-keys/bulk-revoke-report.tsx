import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { FailureNotice } from '../../components/failure-notice.tsx';
import { type BulkRevocationReport, countOf, type KeyOutcome } from './bulk-revoke.ts';

interface BulkRevokeReportProps {
  report: BulkRevocationReport;
  onClose(): void;
}

/** What did not go as asked comes first. */
const order = ['not_tried', 'used_meanwhile', 'not_found', 'already', 'revoked'] as const;

const outcomeWords: Readonly<Record<KeyOutcome['outcome'], string>> = {
  not_tried: 'not tried',
  used_meanwhile: 'used meanwhile, left alone',
  not_found: 'no longer there',
  already: 'was already revoked',
  revoked: 'revoked',
};
/** A longer list is read by nobody and held by no phone. */
const MAX_SHOWN = 500;

/** The outcome of a bulk revocation, key by key. */
export function BulkRevokeReport({ report, onClose }: BulkRevokeReportProps) {
  const sorted = order.flatMap((outcome) =>
    report.outcomes.filter((each) => each.outcome === outcome),
  );
  const shown = sorted.slice(0, MAX_SHOWN);
  return (
    <Dialog
      title={`${countOf(report.outcomes, 'revoked').toLocaleString()} of ${report.outcomes.length.toLocaleString()} revoked`}
      wide
      onDismiss={onClose}
      footer={
        <Button variant="primary" onClick={onClose} data-autofocus>
          Done
        </Button>
      }
    >
      {report.outcomes.some(({ outcome }) => outcome !== 'revoked') && (
        <p role="status">{summaryOf(report)}</p>
      )}
      <FailureNotice failure={report.failure} />
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
    </Dialog>
  );
}

function summaryOf({ outcomes }: BulkRevocationReport): string {
  return order
    .map((outcome) => [countOf(outcomes, outcome), outcomeWords[outcome]] as const)
    .filter(([count]) => count > 0)
    .map(([count, words]) => `${count.toLocaleString()} ${words}`)
    .join(' · ');
}
