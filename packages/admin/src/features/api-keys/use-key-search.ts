import { useCallback, useState } from 'react';
import { announce } from '../../components/announcer.tsx';
import { hashInBrowser } from './hash-in-browser.ts';

/** A key that is looked for by its hash. The key itself is forgotten at once. */
export interface PastedKey {
  readonly prefix: string;
  readonly hash: string;
}

/** "Whose key leaked?": holds what was pasted as a hash, in memory and not in the address bar. */
export function useKeySearch() {
  const [pasted, setPasted] = useState<PastedKey | null>(null);
  const find = useCallback((apiKey: string, prefix: string) => {
    setPasted({ prefix, hash: hashInBrowser(apiKey) });
    announce('A whole key was pasted. It is looked for by its hash, and was not sent.');
  }, []);
  const forget = useCallback(() => setPasted(null), []);
  return { pasted, find, forget };
}
