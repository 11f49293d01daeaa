import { mayHoldApiKey } from 'keystamp/shape';
import { useState } from 'react';

interface UserSearchProps {
  q: string;
  onSearch(q: string): void;
}

/** A key that is pasted here is taken out before anything else sees it. */
export function UserSearch({ q, onSearch }: UserSearchProps) {
  const [heldKey, setHeldKey] = useState(false);

  function take(text: string): void {
    const isKey = mayHoldApiKey(text);
    setHeldKey(isKey);
    onSearch(isKey ? '' : text);
  }

  return (
    <search className="search">
      <input
        type="search"
        name="q"
        className="input"
        aria-label="Search users"
        aria-describedby={heldKey ? 'user-search-note' : undefined}
        placeholder="Name or address"
        autoComplete="off"
        spellCheck={false}
        maxLength={200}
        value={q}
        onChange={(event) => take(event.target.value)}
      />
      {heldKey && (
        <p id="user-search-note" className="field-hint" role="status">
          That looks like an API key. It was not sent; keys are looked for under API keys.
        </p>
      )}
    </search>
  );
}
