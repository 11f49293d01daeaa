import type { ApiKeyInfo, User } from '@keystamp/server/contract';
import { type ReactNode, useEffect, useRef } from 'react';
import type { ApiFailure } from '../../../api/failure.ts';
import { Button } from '../../../components/button.tsx';
import { FailureNotice } from '../../../components/failure-notice.tsx';
import { Notice } from '../../../components/notice.tsx';
import { SidePanel } from '../../../components/side-panel.tsx';
import type { KeyAct } from '../key/key-acts.ts';
import type { OpenKey } from '../key/key-link.tsx';
import type { UseRecord } from '../key/last-use.ts';
import { RotationLine } from '../key/rotation-line.tsx';
import { isRotated, pairOf } from '../key/rotation-pair.ts';
import { StatusLabel } from '../key/status-label.tsx';
import { useRotationPairs } from '../key/use-rotation-pairs.ts';
import { KeyActions } from './key-actions.tsx';
import { KeyFacts } from './key-facts.tsx';
import { KeyHistory } from './key-history.tsx';
import { PresentedSince } from './presented-since.tsx';
import { type FoundKey, useKey } from './use-key.ts';
import './key-view.css';

interface KeyViewProps {
  id: string;
  me: User;
  /** The key as the list has it. */
  known: ApiKeyInfo | undefined;
  ownerOf(key: ApiKeyInfo): string;
  useRecord: UseRecord;
  /** What went wrong with an action that has no dialog. */
  failure: ApiFailure | null;
  onOpen: OpenKey;
  onClose(): void;
  onAct(act: KeyAct, key: ApiKeyInfo): void;
}

/** One key with all that is known of it: what it is for, whether it is used, and who did what to it. */
export function KeyView(props: KeyViewProps) {
  const { id, known, onClose } = props;
  const found = useKey(id, known);
  return (
    <Panel
      id={id}
      name={found.state === 'found' ? found.key.name : null}
      title={titleOf(found)}
      onClose={onClose}
    >
      <Content {...props} found={found} />
    </Panel>
  );
}

function titleOf(found: FoundKey): ReactNode {
  switch (found.state) {
    case 'loading':
      return 'Reading the key…';
    case 'failed':
      return 'The key cannot be shown';
    case 'not_found':
      return 'No such key';
    case 'found':
      return <bdi>{found.key.name}</bdi>;
  }
}

function Content({ found, ...props }: KeyViewProps & { found: FoundKey }) {
  switch (found.state) {
    case 'loading':
      return null;
    case 'failed':
      return (
        <div role="alert">
          <p>{found.failure.message}</p>
          <Button onClick={found.retry}>Try again</Button>
        </div>
      );
    case 'not_found':
      return <MissingKey {...props} />;
    case 'found':
      return <KeyDetails {...props} apiKey={found.key} failure={props.failure ?? found.failure} />;
  }
}

function KeyDetails(props: KeyViewProps & { apiKey: ApiKeyInfo }) {
  const { id, me, apiKey, ownerOf, useRecord, failure, onOpen, onAct } = props;
  const pair = pairOf(apiKey, useRotationPairs([apiKey]));
  return (
    <>
      <p className="key-view-line">
        <code>{apiKey.key_prefix}…</code> <StatusLabel apiKey={apiKey} />
      </p>
      <KeyActions apiKey={apiKey} onAct={onAct} />
      <FailureNotice failure={failure} />
      <PresentedSince apiKey={apiKey} />
      {isRotated(apiKey) && (
        <Notice tone="quiet">
          <RotationLine
            apiKey={apiKey}
            {...pair}
            onOpen={onOpen}
            onStop={() => onAct('revoke', apiKey)}
          />
        </Notice>
      )}
      {apiKey.note !== null && (
        <bdi className="whole-note key-view-note" dir="auto">
          {apiKey.note}
        </bdi>
      )}
      <KeyFacts apiKey={apiKey} owner={ownerOf(apiKey)} useRecord={useRecord} />
      <KeyHistory
        key={id}
        keyId={id}
        me={me}
        empty="Nothing is recorded of it: it is older than the history."
      />
    </>
  );
}

/** Its history outlives a key. */
function MissingKey({ id, me, onClose }: KeyViewProps) {
  return (
    <>
      <p>
        There is no key with this id{me.is_admin ? '' : ', or it is not yours'}. It may have been
        deleted.
      </p>
      {isKeyId(id) && (
        <KeyHistory key={id} keyId={id} me={me} empty="Nothing is recorded of this id." />
      )}
      <div>
        <Button onClick={onClose}>Show all keys</Button>
      </div>
    </>
  );
}

function isKeyId(id: string): boolean {
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(id);
}

interface PanelProps {
  id: string;
  name: string | null;
  title: ReactNode;
  onClose(): void;
  children: ReactNode;
}

/** The panel stays while one key follows another in it; then the focus goes to the new title. */
function Panel({ id, name, title, onClose, children }: PanelProps) {
  useTitleOf(name);
  const body = useRef<HTMLDivElement>(null);
  const shown = useRef(id);
  useEffect(() => {
    if (shown.current === id) return;
    shown.current = id;
    const panel = body.current?.closest('dialog');
    panel?.scrollTo(0, 0);
    panel?.querySelector('h2')?.focus();
  }, [id]);
  return (
    <SidePanel title={title} onDismiss={onClose}>
      <div ref={body} className="key-view">
        {children}
      </div>
    </SidePanel>
  );
}

function useTitleOf(name: string | null): void {
  useEffect(() => {
    if (name === null) return;
    const before = document.title;
    document.title = `${name} · ${before}`;
    return () => {
      document.title = before;
    };
  }, [name]);
}
