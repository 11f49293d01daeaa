import { MANY_KEYS } from '@keystamp/server/contract/consequence';
import { useMemo, useState } from 'react';
import { serverNow } from '../../../clock/server-clock.ts';
import { Button } from '../../../components/button.tsx';
import { Dialog } from '../../../components/dialog.tsx';
import { DisableInstead } from '../dialogs/disable-instead.tsx';
import { showDisabled } from '../key/disabled-toast.ts';
import type { UseRecord } from '../key/last-use.ts';
import { countByUse, countedKeys } from '../key/many-keys.ts';
import { type BulkAct, type BulkChangeReport, changeSelected } from './bulk-change.ts';
import { BulkReportDialog } from './bulk-change-report.tsx';
import type { SelectedKey } from './collect-matching.ts';
import { useTypedGuard } from './typed-guard.tsx';
import { UseSummary } from './use-summary.tsx';

interface BulkChangeDialogProps {
  act: BulkAct;
  /** As they were when the dialog came up: a key used after that is left alone. */
  keys: readonly SelectedKey[];
  useRecord: UseRecord;
  onClose(): void;
  /** Keys were stopped; the dialog stays and tells which. */
  onChanged(): void;
  /** A disabling was taken back. */
  onEnabled(): void;
}

const words = {
  disable: {
    verb: 'Disable',
    what: 'They are refused until they are enabled again. A key that is used before it is disabled is left alone, and the result says so.',
    role: 'dialog',
    variant: 'primary',
  },
  revoke: {
    verb: 'Revoke',
    what: 'They are revoked for good and stay in the list. This cannot be undone. A key that is used before the revocation reaches it is left alone, and the result says so.',
    role: 'alertdialog',
    variant: 'danger',
  },
} as const;

/** Asks before many keys are stopped, and says how many of them are in use. */
export function BulkChangeDialog(props: BulkChangeDialogProps) {
  const { act, keys, useRecord, onClose, onChanged, onEnabled } = props;
  const { verb, what, role, variant } = words[act];
  const [done, setDone] = useState<number | null>(null);
  const [report, setReport] = useState<BulkChangeReport | null>(null);
  const [lookedAt] = useState(serverNow);
  const counts = useMemo(() => countByUse(keys, useRecord, lookedAt), [keys, useRecord, lookedAt]);
  const guard = useTypedGuard(act, keys, counts);
  const isRunning = done !== null && report === null;

  async function change(how: BulkAct): Promise<void> {
    if (isRunning || report !== null) return;
    setDone(0);
    setReport(await changeSelected(how, keys, setDone));
    onChanged();
  }

  function close(): void {
    onClose();
    const disabled = report?.outcomes.filter(({ outcome }) => outcome === 'disabled') ?? [];
    const ids = disabled.map(({ key }) => key.id);
    showDisabled(ids, disabledWords(ids.length), onEnabled);
  }

  if (report !== null) return <BulkReportDialog report={report} onClose={close} />;
  return (
    <Dialog
      title={`${verb} ${countedKeys(keys.length)}?`}
      role={role}
      wide
      onDismiss={() => !isRunning && onClose()}
      onSubmit={() => (guard.isOpen ? change(act) : undefined)}
      footer={
        <>
          {act === 'revoke' && (
            <DisableInstead
              busy={isRunning}
              disabled={keys.length >= MANY_KEYS && !guard.isOpen}
              onDisable={() => change('disable')}
            />
          )}
          <Button
            onClick={onClose}
            disabled={isRunning}
            data-autofocus={guard.field === null ? true : undefined}
          >
            Keep them
          </Button>
          <Button type="submit" variant={variant} busy={isRunning} disabled={!guard.isOpen}>
            {verb} {countedKeys(keys.length)}
          </Button>
        </>
      }
    >
      <UseSummary {...{ keys, counts, useRecord, lookedAt, act }} />
      <p>{what}</p>
      {act === 'revoke' && <p>Not sure? Disable them: they can be enabled again.</p>}
      {guard.field}
      {done !== null && (
        <p role="status">
          {done.toLocaleString()} of {keys.length.toLocaleString()} done
        </p>
      )}
    </Dialog>
  );
}

function disabledWords(count: number): string {
  return `${countedKeys(count)} ${count === 1 ? 'was' : 'were'} disabled.`;
}
