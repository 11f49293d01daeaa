import { Button } from '../../../components/button.tsx';
import { Dialog } from '../../../components/dialog.tsx';
import { FailureNotice } from '../../../components/failure-notice.tsx';
import { type BulkChangeReport, countOf, type KeyOutcome } from './bulk-change.ts';

interface BulkReportDialogProps {
  report: BulkChangeReport;
  onClose(): void;
}

/** What did not go as asked comes first. */
const order = [
  'not_tried',
  'used_meanwhile',
  'not_found',
  'already',
  'disabled',
  'revoked',
] as const;

const outcomeWords: Readonly<Record<KeyOutcome['outcome'], string>> = {
  not_tried: 'not tried',
  used_meanwhile: 'used meanwhile, left alone',
  not_found: 'no longer there',
  already: 'was already stopped',
  disabled: 'disabled',
  revoked: 'revoked',
};
const wantedOutcome = { disable: 'disabled', revoke: 'revoked' } as const;
/** A longer list is read by nobody and held by no phone. */
const MAX_SHOWN = 500;

/** What came of stopping many keys, key by key. */
export function BulkReportDialog({ report, onClose }: BulkReportDialogProps) {
  const wanted = wantedOutcome[report.act];
  const sorted = order.flatMap((outcome) =>
    report.outcomes.filter((each) => each.outcome === outcome),
  );
  const shown = sorted.slice(0, MAX_SHOWN);
  return (
    <Dialog
      title={`${countOf(report.outcomes, wanted).toLocaleString()} of ${report.outcomes.length.toLocaleString()} ${outcomeWords[wanted]}`}
      wide
      onDismiss={onClose}
      footer={
        <Button variant="primary" onClick={onClose} data-autofocus>
          Done
        </Button>
      }
    >
      {report.outcomes.some(({ outcome }) => outcome !== wanted) && (
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

function summaryOf({ outcomes }: BulkChangeReport): string {
  return order
    .map((outcome) => [countOf(outcomes, outcome), outcomeWords[outcome]] as const)
    .filter(([count]) => count > 0)
    .map(([count, words]) => `${count.toLocaleString()} ${words}`)
    .join(' · ');
}
