import type { ApiKeyInfo } from '@keystamp/server/contract';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { ApiFailure } from '../../api/failure.ts';
import { useAction } from '../../api/use-action.ts';
import { changeUser } from '../../api/users.ts';
import { serverNow } from '../../clock/server-clock.ts';
import { NOTHING_KNOWN } from '../api-keys/key/last-use.ts';
import { countedKeys } from '../api-keys/key/many-keys.ts';
import { refreshApiKeys } from '../api-keys/key/use-api-keys.ts';
import { keysToMove, moveKeys, type NotMoved, type WhichKeys } from './move-keys.ts';
import { useActiveKeys } from './use-active-keys.ts';

/** Which keys go to whom. */
export interface Moving {
  readonly which: WhichKeys;
  /** Empty: nobody is chosen yet. */
  readonly to: string;
  readonly error: string | undefined;
  set(changes: { which?: WhichKeys; to?: string }): void;
}

interface Deactivation {
  readonly active: ReturnType<typeof useActiveKeys>;
  /** The keys that move before it. */
  readonly chosen: readonly ApiKeyInfo[];
  readonly moving: Moving;
  readonly pending: boolean;
  /** How many keys have moved, in words. */
  readonly progress: string | null;
  readonly notMoved: readonly NotMoved[];
  readonly failure: ApiFailure | null;
  submit(): Promise<void>;
}

/** Moves the chosen keys of a user, and deactivates the user once all of them have moved. */
export function useDeactivation(userId: string, onDone: () => void): Deactivation {
  const client = useQueryClient();
  const active = useActiveKeys(userId);
  const [choice, setChoice] = useState<{ which: WhichKeys; to: string }>({ which: 'none', to: '' });
  const [error, setError] = useState<string>();
  const [progress, setProgress] = useState<string | null>(null);
  const [notMoved, setNotMoved] = useState<readonly NotMoved[]>([]);
  const { keys, useRecord } = active.data ?? { keys: [], useRecord: NOTHING_KNOWN };
  const chosen = keysToMove(keys, choice.which, useRecord, serverNow());

  async function move(): Promise<boolean> {
    if (chosen.length === 0) return true;
    const tell = (moved: number) =>
      setProgress(`${moved.toLocaleString()} of ${countedKeys(chosen.length)} moved`);
    tell(0);
    setNotMoved([]);
    const stayed = await moveKeys(chosen, choice.to, tell);
    setNotMoved(stayed);
    void refreshApiKeys(client);
    return stayed.length === 0;
  }
  const deactivate = useAction(async () => {
    if (!(await move())) return false;
    await changeUser(userId, { is_active: false });
    return true;
  });

  return {
    active,
    chosen,
    moving: {
      ...choice,
      error,
      set: (changes) => {
        setError(undefined);
        setChoice((before) => ({ ...before, ...changes }));
      },
    },
    pending: deactivate.pending,
    progress,
    notMoved,
    failure: deactivate.failure,
    submit: async () => {
      if (chosen.length > 0 && choice.to === '') setError('Choose whose keys they become.');
      else if (await deactivate.run()) onDone();
    },
  };
}
