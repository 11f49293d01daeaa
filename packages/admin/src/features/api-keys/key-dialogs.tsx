import type { ApiKeyInfo, User } from '@keystamp/server/contract';
import { announce } from '../../components/announcer.tsx';
import { CreateKeyDialog } from './dialogs/create-key-dialog.tsx';
import { DisableKeyDialog } from './dialogs/disable-key-dialog.tsx';
import { EditKeyDialog } from './dialogs/edit-key-dialog.tsx';
import { EndKeyDialog } from './dialogs/end-key-dialog.tsx';
import { RotateKeyDialog } from './dialogs/rotate-key-dialog.tsx';
import { useShowIssuedKey } from './issued/issued-key.tsx';
import { showDisabled } from './key/disabled-toast.ts';
import type { KeyAct } from './key/key-acts.ts';
import type { UseRecord } from './key/last-use.ts';
import { keepOnTop } from './list/new-keys.ts';
import type { BulkAct } from './selection/bulk-change.ts';
import { BulkChangeDialog } from './selection/bulk-change-dialog.tsx';
import type { SelectedKey } from './selection/collect-matching.ts';

/** What is being done, of the things that a dialog is for. */
export type OpenDialog =
  | { readonly act: 'create'; readonly userId: string | null }
  | { readonly act: Exclude<KeyAct, 'enable'>; readonly key: ApiKeyInfo }
  | { readonly act: 'bulk'; readonly how: BulkAct; readonly keys: readonly SelectedKey[] };

interface KeyDialogsProps {
  open: OpenDialog | null;
  me: User;
  ownerOf(key: ApiKeyInfo): string;
  useRecord: UseRecord;
  onClose(): void;
  /** Keys changed: the list must be read again. */
  onChanged(): void;
  onBulkChanged(): void;
}

export function KeyDialogs(props: KeyDialogsProps) {
  const { open, me, ownerOf, useRecord, onClose, onChanged, onBulkChanged } = props;
  const showIssuedKey = useShowIssuedKey();

  function done(message: string): void {
    onClose();
    onChanged();
    announce(message);
  }

  function disabled({ id, name }: ApiKeyInfo): void {
    onClose();
    onChanged();
    showDisabled([id], `${name} was disabled.`, onChanged);
  }

  if (open === null) return null;
  switch (open.act) {
    case 'create':
      return (
        <CreateKeyDialog
          me={me}
          userId={open.userId}
          onClose={onClose}
          onIssued={(issued) => {
            keepOnTop(issued.info);
            done('The key was created.');
            showIssuedKey(issued);
          }}
        />
      );
    case 'edit':
      return (
        <EditKeyDialog
          apiKey={open.key}
          onClose={onClose}
          onSaved={() => done('The key was saved.')}
        />
      );
    case 'rotate':
      return (
        <RotateKeyDialog
          apiKey={open.key}
          onClose={onClose}
          onIssued={(issued) => {
            keepOnTop(issued.info);
            done('The new key was made.');
            showIssuedKey(issued);
          }}
        />
      );
    case 'disable':
      return (
        <DisableKeyDialog
          apiKey={open.key}
          useRecord={useRecord}
          onClose={onClose}
          onDisabled={() => disabled(open.key)}
        />
      );
    case 'revoke':
    case 'delete':
      return (
        <EndKeyDialog
          apiKey={open.key}
          owner={ownerOf(open.key)}
          act={open.act}
          useRecord={useRecord}
          onClose={onClose}
          onDisabled={() => disabled(open.key)}
          onEnded={() =>
            done(open.act === 'revoke' ? 'The key was revoked.' : 'The key was deleted.')
          }
        />
      );
    case 'bulk':
      return (
        <BulkChangeDialog
          act={open.how}
          keys={open.keys}
          useRecord={useRecord}
          onClose={onClose}
          onChanged={onBulkChanged}
          onEnabled={onChanged}
        />
      );
  }
}
