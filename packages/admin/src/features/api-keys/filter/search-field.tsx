import { type ClipboardEvent, useEffect, useRef, useState } from 'react';
import { judgeSearchText } from './search-text.ts';

interface SearchFieldProps {
  q: string;
  /** `settled`: a new thing to look for, worth a step of the back button. */
  onSearch(q: string, settled: boolean): void;
  /** A whole key came in. It was taken out of the field before anything else saw it. */
  onKey(apiKey: string, prefix: string): void;
  showsUser: boolean;
}

const PAUSE_MS = 250;

export function SearchField({ q, onSearch, onKey, showsUser }: SearchFieldProps) {
  const [text, setText] = useState(q);
  const [note, setNote] = useState<string | null>(null);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const sent = useRef(q);
  const isTyping = useRef(false);

  useEffect(() => {
    if (q === sent.current) return;
    sent.current = q;
    setText(q);
  }, [q]);
  useEffect(() => () => clearTimeout(timer.current), []);

  function search(value: string): void {
    clearTimeout(timer.current);
    if (value === sent.current) return;
    sent.current = value;
    onSearch(value, !isTyping.current);
    isTyping.current = true;
  }

  function take(value: string): void {
    clearTimeout(timer.current);
    const judged = judgeSearchText(value);
    setNote(judged.kind === 'part_of_key' ? partOfKeyNote(judged.prefix) : null);
    if (judged.kind === 'text') {
      setText(value);
      timer.current = setTimeout(() => search(value), PAUSE_MS);
    } else if (judged.kind === 'part_of_key') {
      setText(judged.prefix);
      search(judged.prefix);
    } else {
      setText('');
      sent.current = '';
      onKey(judged.apiKey, judged.prefix);
    }
  }

  function takePasted(event: ClipboardEvent): void {
    const pasted = event.clipboardData.getData('text');
    if (judgeSearchText(pasted).kind === 'text') return;
    event.preventDefault();
    take(pasted);
  }

  return (
    <search className="search">
      <input
        type="search"
        name="q"
        className="input"
        aria-label="Search keys"
        aria-describedby={note === null ? undefined : 'search-note'}
        placeholder={
          showsUser ? 'Name, user, scope, prefix or whole key' : 'Name, scope, prefix or whole key'
        }
        autoComplete="off"
        autoCapitalize="off"
        spellCheck={false}
        maxLength={200}
        value={text}
        onChange={(event) => take(event.target.value)}
        onPaste={takePasted}
        onKeyDown={(event) => event.key === 'Enter' && search(text)}
        onBlur={() => {
          isTyping.current = false;
        }}
      />
      {note !== null && (
        <p id="search-note" className="field-hint" role="status">
          {note}
        </p>
      )}
    </search>
  );
}

function partOfKeyNote(prefix: string): string {
  const note = 'That looks like an API key, but it is not whole. It was not sent';
  return prefix === '' ? `${note}.` : `${note}; keys that begin like it are shown.`;
}
