import type { IssuedApiKey } from '@keystamp/server/contract';
import { createContext, type ReactNode, useContext, useState } from 'react';
import { IssuedKeyDialog } from './issued-key-dialog.tsx';

const ShowIssuedKey = createContext<(issued: IssuedApiKey) => void>(() => {});

/** Shows a fresh key, once, over whatever is on the page. */
export function useShowIssuedKey(): (issued: IssuedApiKey) => void {
  return useContext(ShowIssuedKey);
}

/** Stands above the routes, so that no step of the back button takes away a key that was not copied. */
export function IssuedKeyPlace({ children }: { children: ReactNode }) {
  const [issued, setIssued] = useState<IssuedApiKey | null>(null);
  return (
    <ShowIssuedKey value={setIssued}>
      {children}
      {issued !== null && <IssuedKeyDialog issued={issued} onClose={() => setIssued(null)} />}
    </ShowIssuedKey>
  );
}
