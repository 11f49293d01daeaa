import type { ReactNode } from 'react';
import { Link, useRoute } from 'wouter';
import { AccountMenu } from '../features/session/account-menu.tsx';
import { useMe } from '../features/session/me.tsx';
import { Shortcuts } from '../features/shortcuts/shortcuts.tsx';
import { Brand } from './brand.tsx';
import './shell.css';

/** The frame around every page of somebody who is signed in. */
export function Shell({ children }: { children: ReactNode }) {
  const me = useMe();
  return (
    <>
      <a className="skip-link" href="#content">
        Skip to the content
      </a>
      <header className="top-bar">
        <div className="top-bar-inner">
          <Link href="/" className="brand">
            <Brand />
          </Link>
          {me.is_admin && (
            <nav aria-label="Pages of the administration" className="top-nav">
              <NavLink href="/">API keys</NavLink>
              <NavLink href="/users">Users</NavLink>
            </nav>
          )}
          <AccountMenu />
        </div>
      </header>
      <main id="content" className="content">
        {children}
      </main>
      <Shortcuts />
    </>
  );
}

function NavLink({ href, children }: { href: string; children: ReactNode }) {
  const [isHere] = useRoute(href);
  return (
    <Link
      href={href}
      className={isHere ? 'top-link top-link-here' : 'top-link'}
      aria-current={isHere ? 'page' : undefined}
    >
      {children}
    </Link>
  );
}
