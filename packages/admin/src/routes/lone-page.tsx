import type { ReactNode } from 'react';
import { Brand } from './brand.tsx';
import './lone-page.css';

/** A page with one thing in its middle, for people who are not signed in. */
export function LonePage({ children }: { children: ReactNode }) {
  return (
    <main className="lone">
      <div className="brand">
        <Brand />
      </div>
      {children}
    </main>
  );
}
