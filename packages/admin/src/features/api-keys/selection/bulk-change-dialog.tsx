import { useState } from 'react';
import { serverNow } from '../../../clock/server-clock.ts';
import { useTicking } from '../../../clock/use-ticking.ts';
import { Button } from '../../../components/button.tsx';
import { Dialog } from '../../../components/dialog.tsx';
import { Notice } from '../../../components/notice.tsx';
import { ConfirmNameField, isNameTyped } from '../dialogs/confirm-name-field.tsx';
import { DisableInstead } from '../dialogs/disable-instead.tsx';
import { isUsedRecently, lastUseSentence, type UseRecord } from '../key/last-use.ts';
import { countedKeys, mostRecentlyUsed, type Newest } from '../key/many-keys.ts';
import { type BulkAct, type BulkChangeReport, changeSelected } from './bulk-change.ts';
import { BulkReportDialog } from './bulk-change-report.tsx';
import type { SelectedKey } from './collect-matching.ts';

interface BulkChangeDialogProps {
  act: BulkAct;
  /** As they were when the dialog came up: a key used after that is left alone. */
  keys: readonly SelectedKey[];
  useRecord: UseRecord;
  onClose(): void;
  /** Keys were stopped; the dialog stays and tells which. */
  onChanged(): void;
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
    what: 'They stop for good and stay in the list. This cannot be undone. A key that is used before the revocation reaches it is left alone, and the result says so.',
    role: 'alertdialog',
    variant: 'danger',
  },
} as const;

/** Asks before many keys are stopped, and says which of them was used last. */
export function BulkChangeDialog(props: BulkChangeDialogProps) {
  const { act, keys, useRecord, onClose, onChanged } = props;
  const { verb, what, role, variant } = words[act];
  const [done, setDone] = useState<number | null>(null);
  const [report, setReport] = useState<BulkChangeReport | null>(null);
  const [typed, setTyped] = useState('');
  const newest = mostRecentlyUsed(keys, useRecord);
  const isGrave = newest !== null && isUsedRecently(newest.use, serverNow());
  const mustType = act === 'revoke' && isGrave;
  const mayGoOn = !mustType || isNameTyped(newest.key.name, typed);
  const isRunning = done !== null && report === null;

  async function change(how: BulkAct): Promise<void> {
    if (isRunning || report !== null) return;
    setDone(0);
    setReport(await changeSelected(how, keys, setDone));
    onChanged();
  }

  if (report !== null) return <BulkReportDialog report={report} onClose={onClose} />;
  return (
    <Dialog
      title={`${verb} ${countedKeys(keys.length)}?`}
      role={role}
      wide
      onDismiss={() => !isRunning && onClose()}
      onSubmit={() => (mayGoOn ? change(act) : undefined)}
      footer={
        <>
          {act === 'revoke' && (
            <DisableInstead busy={isRunning} onDisable={() => change('disable')} />
          )}
          <Button
            onClick={onClose}
            disabled={isRunning}
            data-autofocus={mustType ? undefined : true}
          >
            Keep them
          </Button>
          <Button type="submit" variant={variant} busy={isRunning} disabled={!mayGoOn}>
            {verb} {countedKeys(keys.length)}
          </Button>
        </>
      }
    >
      <MostRecent newest={newest} isGrave={isGrave} />
      <p>{what}</p>
      {act === 'revoke' && <p>Not sure? Disable them: they can be enabled again.</p>}
      {mustType && <ConfirmNameField name={newest.key.name} typed={typed} onChange={setTyped} />}
      {done !== null && (
        <p role="status">
          {done.toLocaleString()} of {keys.length.toLocaleString()} done
        </p>
      )}
    </Dialog>
  );
}

function MostRecent({ newest, isGrave }: { newest: Newest<SelectedKey> | null; isGrave: boolean }) {
  const sentence = useTicking((now) => (newest === null ? '' : lastUseSentence(newest.use, now)));
  return (
    <Notice tone={isGrave ? 'grave' : 'quiet'}>
      {newest === null ? (
        <p>No use of any of them is recorded.</p>
      ) : (
        <p>
          Most recently used among them:{' '}
          <strong>
            <bdi>{newest.key.name}</bdi>
          </strong>{' '}
          (<code>{newest.key.key_prefix}…</code>). {sentence}
        </p>
      )}
    </Notice>
  );
}
