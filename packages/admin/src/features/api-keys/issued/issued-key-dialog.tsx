import type { IssuedApiKey } from '@keystamp/server/contract';
import { useEffect, useRef, useState } from 'react';
import { addressOf } from '../../../api/public-path.ts';
import { Button } from '../../../components/button.tsx';
import { copyTextOf } from '../../../components/copy-text.ts';
import { Dialog } from '../../../components/dialog.tsx';
import { Notice } from '../../../components/notice.tsx';
import { FirstUse } from './first-use.tsx';
import { useFirstUse } from './use-first-use.ts';
import './issued-key-dialog.css';

interface IssuedKeyDialogProps {
  issued: IssuedApiKey;
  onClose(): void;
}

type Copied = 'no' | 'yes' | 'select';

/** The one time that a key is to be seen. Leaving asks, unless it was copied. */
export function IssuedKeyDialog({ issued, onClose }: IssuedKeyDialogProps) {
  const [copied, setCopied] = useState<Copied>('no');
  const [isAsking, setAsking] = useState(false);
  const usedAt = useFirstUse(issued.info);
  // What uses it has it.
  const isSafe = copied === 'yes' || usedAt !== null;
  useLeaveAsks(!isSafe);

  function leave(): void {
    if (isSafe || isAsking) onClose();
    else setAsking(true);
  }

  return (
    <Dialog
      title={
        <>
          The key “<bdi>{issued.info.name}</bdi>”
        </>
      }
      wide
      onDismiss={() => (isSafe ? onClose() : setAsking(true))}
      footer={
        <>
          {isAsking && !isSafe && <Button onClick={() => setAsking(false)}>Stay</Button>}
          <Button variant={isSafe ? 'primary' : 'plain'} onClick={leave}>
            {isAsking && !isSafe ? 'Leave without it' : 'Done'}
          </Button>
        </>
      }
    >
      <p>Copy it now. It is not stored and cannot be shown again.</p>
      <KeyField apiKey={issued.api_key} copied={copied} onCopied={setCopied} />
      <CurlLine apiKey={issued.api_key} onCopied={() => setCopied('yes')} />
      <FirstUse usedAt={usedAt} />
      {isAsking && !isSafe && (
        <Notice tone="error">
          <p>You have not copied the key. Once this is closed, nobody can show it to you.</p>
        </Notice>
      )}
    </Dialog>
  );
}

interface KeyFieldProps {
  apiKey: string;
  copied: Copied;
  onCopied(copied: Copied): void;
}

function KeyField({ apiKey, copied, onCopied }: KeyFieldProps) {
  const field = useRef<HTMLTextAreaElement>(null);
  return (
    <div>
      <div className="issued-key">
        <textarea
          ref={field}
          className="input issued-key-text"
          aria-label="The key"
          readOnly
          rows={1}
          spellCheck={false}
          data-autofocus
          value={apiKey}
          onFocus={(event) => event.target.select()}
          onCopy={() => onCopied('yes')}
        />
        <Button
          variant="primary"
          onClick={async () => {
            if (field.current === null) return;
            onCopied((await copyTextOf(field.current)) ? 'yes' : 'select');
          }}
        >
          {copied === 'yes' ? 'Copied' : 'Copy key'}
        </Button>
      </div>
      <p className="field-hint issued-key-said" role="status">
        {copied === 'yes' && 'The key is in the clipboard.'}
        {copied === 'select' &&
          'The browser does not allow it. The key is selected: press Ctrl+C or ⌘C.'}
      </p>
    </div>
  );
}

function CurlLine({ apiKey, onCopied }: { apiKey: string; onCopied(): void }) {
  const field = useRef<HTMLTextAreaElement>(null);
  const [said, setSaid] = useState('');
  const line = `curl -i -H 'X-API-Key: ${apiKey}' ${window.location.origin}${addressOf('/verify')}`;
  return (
    <section className="issued-curl" aria-label="Try it">
      <p>Try it: run this line in a terminal.</p>
      <textarea
        ref={field}
        className="input"
        aria-label="A curl line to try it with"
        readOnly
        rows={3}
        spellCheck={false}
        value={line}
        onFocus={(event) => event.target.select()}
        onCopy={onCopied}
      />
      <Button
        onClick={async () => {
          if (field.current === null) return;
          const done = await copyTextOf(field.current);
          setSaid(
            done ? 'The line is in the clipboard.' : 'The line is selected: press Ctrl+C or ⌘C.',
          );
          if (done) onCopied();
        }}
      >
        Copy line
      </Button>
      <span className="field-hint" role="status">
        {said}
      </span>
    </section>
  );
}

/** The browser asks before the page is closed or reloaded. */
function useLeaveAsks(asks: boolean): void {
  useEffect(() => {
    if (!asks) return;
    const ask = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener('beforeunload', ask);
    return () => window.removeEventListener('beforeunload', ask);
  }, [asks]);
}
