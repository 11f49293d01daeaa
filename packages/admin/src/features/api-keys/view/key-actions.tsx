import type { ApiKeyInfo } from '@keystamp/server/contract';
import { Button } from '../../../components/button.tsx';
import { actsOn, actWords, type KeyAct } from '../key/key-acts.ts';

interface KeyActionsProps {
  apiKey: ApiKeyInfo;
  onAct(act: KeyAct, key: ApiKeyInfo): void;
}

/** What can be done with the key on view: the same as in the menu of its row. */
export function KeyActions({ apiKey, onAct }: KeyActionsProps) {
  return (
    <div className="key-actions">
      {actsOn(apiKey).map((act) => (
        <Button
          key={act}
          className={actWords[act].danger ? 'key-action-danger' : undefined}
          onClick={() => onAct(act, apiKey)}
        >
          {actWords[act].label}
        </Button>
      ))}
    </div>
  );
}
