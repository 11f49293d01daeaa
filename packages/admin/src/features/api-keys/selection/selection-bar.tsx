import type { ListApiKeysQuery } from '@keystamp/server/contract';
import { useEffect, useRef, useState } from 'react';
import { useAction } from '../../../api/use-action.ts';
import { Button } from '../../../components/button.tsx';
import { FailureNotice } from '../../../components/failure-notice.tsx';
import type { BulkAct } from './bulk-change.ts';
import { collectMatching, type Selection } from './collect-matching.ts';

interface SelectionBarProps {
  selection: Selection;
  filter: ListApiKeysQuery;
  /** Keys that the filter finds, over all pages; null while unknown. */
  matching: number | null;
  /** Whether the whole page is selected, so that the next wish may be all the others. */
  isPageSelected: boolean;
  onSelection(selection: Selection): void;
  onStop(how: BulkAct): void;
}

export function SelectionBar(props: SelectionBarProps) {
  const { selection, filter, matching, isPageSelected, onSelection, onStop } = props;
  const [found, setFound] = useState(0);
  const stop = useRef<AbortController>(null);
  const collect = useAction(async () => {
    stop.current = new AbortController();
    setFound(0);
    return collectMatching(filter, setFound, stop.current.signal);
  });
  useEffect(() => () => stop.current?.abort(), []);

  const offersAll = isPageSelected && matching !== null && matching > selection.size;
  return (
    <section className="selection-bar" aria-label="Selection">
      <strong role="status">
        {selection.size.toLocaleString()} {selection.size === 1 ? 'key' : 'keys'} selected
      </strong>
      {offersAll && !collect.pending && (
        <button
          type="button"
          className="link-button"
          onClick={async () => {
            const all = await collect.run();
            if (all !== null) onSelection(withoutRevoked(all));
          }}
        >
          Select all {matching.toLocaleString()} that match
        </button>
      )}
      {collect.pending && (
        <span className="muted" role="status">
          Reading {found.toLocaleString()} of {(matching ?? 0).toLocaleString()}…
        </span>
      )}
      <span className="spring" />
      <Button variant="quiet" onClick={() => onSelection(new Map())}>
        Clear
      </Button>
      <span className="selection-acts">
        <Button busy={collect.pending} onClick={() => onStop('disable')}>
          Disable…
        </Button>
        <Button variant="danger" busy={collect.pending} onClick={() => onStop('revoke')}>
          Revoke…
        </Button>
      </span>
      <FailureNotice failure={collect.failure} />
    </section>
  );
}

function withoutRevoked(selection: Selection): Selection {
  return new Map([...selection].filter(([, key]) => key.status !== 'revoked'));
}
