import { Button } from '../../../components/button.tsx';
import { Dialog } from '../../../components/dialog.tsx';
import { FailureNotice } from '../../../components/failure-notice.tsx';
import { type BulkChangeReport, countOf } from './bulk-change.ts';
import { countedOutcomes, OutcomeList, outcomeWords } from './outcome-list.tsx';

interface BulkReportDialogProps {
  report: BulkChangeReport;
  onClose(): void;
}

const wantedOutcome = { disable: 'disabled', revoke: 'revoked' } as const;

/** What came of stopping many keys, key by key. */
export function BulkReportDialog({ report, onClose }: BulkReportDialogProps) {
  const { outcomes, failure } = report;
  const wanted = wantedOutcome[report.act];
  return (
    <Dialog
      title={`${countOf(outcomes, wanted).toLocaleString()} of ${outcomes.length.toLocaleString()} ${outcomeWords[wanted]}`}
      wide
      onDismiss={onClose}
      footer={
        <Button variant="primary" onClick={onClose} data-autofocus>
          Done
        </Button>
      }
    >
      {outcomes.some(({ outcome }) => outcome !== wanted) && (
        <p role="status">{countedOutcomes(outcomes)}</p>
      )}
      <FailureNotice failure={failure} />
      <OutcomeList outcomes={outcomes} />
    </Dialog>
  );
}
