import { showToast } from '../../../components/toast.tsx';
import { type EnabledAgain, enableAgain } from './enable-again.ts';
import { countedKeys } from './many-keys.ts';

/** Says that keys were disabled, and offers to enable them again. `changed` reads the list again. */
export function showDisabled(ids: readonly string[], text: string, changed: () => void): void {
  if (ids.length === 0) return;
  showToast({
    text,
    undo: async (onProgress) => {
      try {
        const done = await enableAgain(ids, (count) => {
          if (ids.length > 1)
            onProgress(`${count.toLocaleString()} of ${countedKeys(ids.length)} enabled`);
        });
        return enabledWords(done);
      } finally {
        changed();
      }
    },
  });
}

function enabledWords({ enabled, gone }: EnabledAgain): string {
  const works = enabled === 1 ? 'The key works again.' : `${countedKeys(enabled)} work again.`;
  if (gone === 0) return works;
  const lost = `${countedKeys(gone)} ${gone === 1 ? 'was' : 'were'} revoked or deleted meanwhile.`;
  return enabled === 0 ? lost : `${works} ${lost}`;
}
