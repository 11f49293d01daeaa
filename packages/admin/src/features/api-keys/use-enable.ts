import type { ApiKeyInfo } from '@keystamp/server/contract';
import { enableApiKey } from '../../api/api-keys.ts';
import { type Action, useAction } from '../../api/use-action.ts';
import { announce } from '../../components/announcer.tsx';
import { returnFocus } from '../../components/return-focus.ts';

/** Enables a key at once, without a question. Where its row leaves the list by that, the focus goes to the heading. */
export function useEnable(changed: () => Promise<void>): Action<[ApiKeyInfo], void> {
  return useAction(async (key: ApiKeyInfo) => {
    const opener = document.activeElement;
    await enableApiKey(key.id);
    announce(`${key.name} was enabled.`);
    await changed();
    returnFocus(opener);
  });
}
