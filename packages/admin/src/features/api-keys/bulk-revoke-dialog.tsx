import { useState } from 'react';
import { serverNow } from '../../clock/server-clock.ts';
import { useTicking } from '../../clock/use-ticking.ts';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { Notice } from '../../components/notice.tsx';
import { type BulkRevocationReport, revokeSelected } from './bulk-revoke.ts';
import { BulkRevokeReport } from './bulk-revoke-report.tsx';
import type { SelectedKey } from './collect-matching.ts';
import { ConfirmNameField, isNameTyped } from './confirm-name-field.tsx';
import {
  isUsedRecently,
  type LastUse,
  lastUseOf,
  lastUseSentence,
  type UseRecord,
} from './last-use.ts';

interface BulkRevokeDialogProps {
  /** As they were when the dialog came up: a key used after that is left alone. */
  keys: readonly SelectedKey[];
  useRecord: UseRecord;
  onClose(): void;
  /** Keys were revoked; the dialog stays and tells which. */
  onRevoked(): void;
}

export function BulkRevokeDialog({ keys, useRecord, onClose, onRevoked }: BulkRevokeDialogProps) {
  const [done, setDone] = useState<number | null>(null);
  const [report, setReport] = useState<BulkRevocationReport | null>(null);
  const [typed, setTyped] = useState('');
  const newest = mostRecentlyUsed(keys, useRecord);
  const mustType = newest !== null && isUsedRecently(newest.use, serverNow());
  const mayGoOn = !mustType || isNameTyped(newest.key.name, typed);
  const isRunning = done !== null && report === null;

  async function revoke(): Promise<void> {
    if (!mayGoOn || isRunning || report !== null) return;
    setDone(0);
    setReport(await revokeSelected(keys, setDone));
    onRevoked();
  }

  if (report !== null) return <BulkRevokeReport report={report} onClose={onClose} />;
  return (
    <Dialog
      title={`Revoke ${countedKeys(keys.length)}?`}
      role="alertdialog"
      wide
      onDismiss={() => !isRunning && onClose()}
      onSubmit={revoke}
      footer={
        <>
          <Button
            onClick={onClose}
            disabled={isRunning}
            data-autofocus={mustType ? undefined : true}
          >
            Keep them
          </Button>
          <Button type="submit" variant="danger" busy={isRunning} disabled={!mayGoOn}>
            Revoke {countedKeys(keys.length)}
          </Button>
        </>
      }
    >
      <MostRecent newest={newest} isGrave={mustType} />
      <p>
        They stop for good and stay in the list. This cannot be undone. A key that is used before
        the revocation reaches it is left alone, and the result says so.
      </p>
      {mustType && <ConfirmNameField name={newest.key.name} typed={typed} onChange={setTyped} />}
      {done !== null && (
        <p role="status">
          {done.toLocaleString()} of {keys.length.toLocaleString()} done
        </p>
      )}
    </Dialog>
  );
}

interface Newest {
  readonly key: SelectedKey;
  readonly use: Extract<LastUse, { kind: 'used' }>;
}

/** Null where no use of any of them is recorded. */
export function mostRecentlyUsed(
  keys: readonly SelectedKey[],
  useRecord: UseRecord,
): Newest | null {
  let newest: Newest | null = null;
  for (const key of keys) {
    const use = lastUseOf(key, useRecord);
    if (use.kind === 'used' && (newest === null || use.at > newest.use.at)) newest = { key, use };
  }
  return newest;
}

function MostRecent({ newest, isGrave }: { newest: Newest | null; isGrave: boolean }) {
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

export function countedKeys(count: number): string {
  return `${count.toLocaleString()} ${count === 1 ? 'key' : 'keys'}`;
}
