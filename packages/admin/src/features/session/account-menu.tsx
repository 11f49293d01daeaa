import { useState } from 'react';
import { createPortal } from 'react-dom';
import { useLocation } from 'wouter';
import { type ApiFailure, asFailure, isOtherUser } from '../../api/failure.ts';
import { addressOf } from '../../api/public-path.ts';
import { signOut } from '../../api/session.ts';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { FailureNotice } from '../../components/failure-notice.tsx';
import { MenuButton } from '../../components/menu-button.tsx';
import { showShortcuts } from '../shortcuts/shortcuts.tsx';
import { type Theme, useTheme } from '../theme/theme.ts';
import { useMe } from './me.tsx';

const themes: readonly [Theme, string][] = [
  ['light', 'Light theme'],
  ['dark', 'Dark theme'],
  ['system', 'Theme of the system'],
];

export function AccountMenu() {
  const me = useMe();
  const [, navigate] = useLocation();
  const [theme, setTheme] = useTheme();
  const [failure, setFailure] = useState<ApiFailure | null>(null);
  const ownKeys = me.is_admin ? `/?user=${encodeURIComponent(me.id)}` : '/';

  async function leave(): Promise<void> {
    try {
      await signOut();
      // A page that loads holds nothing of the session, and nothing that it began goes on as another user.
      window.location.assign(addressOf('/sign-in'));
    } catch (error) {
      if (!isOtherUser(error)) setFailure(asFailure(error));
    }
  }

  return (
    <>
      <MenuButton
        className="account-button"
        label={`Account of ${me.email ?? me.id}`}
        items={[
          { label: 'My keys', onSelect: () => navigate(ownKeys) },
          {
            label: me.has_password ? 'Account and password' : 'Account',
            onSelect: () => navigate('/account'),
          },
          ...themes.map(([value, words], index) => ({
            label: words,
            apart: index === 0,
            checked: theme === value,
            onSelect: () => setTheme(value),
          })),
          { label: 'Keyboard shortcuts…', apart: true, onSelect: showShortcuts },
          { label: 'Sign out', apart: true, onSelect: leave },
        ]}
      >
        <span className="account-name">
          <bdi>{me.email ?? me.id}</bdi>
        </span>
        <svg viewBox="0 0 10 10" aria-hidden="true">
          <path d="m2 3.5 3 3 3-3" />
        </svg>
      </MenuButton>
      {failure !== null && (
        <StillSignedIn failure={failure} onClose={() => setFailure(null)} onRetry={leave} />
      )}
    </>
  );
}

interface StillSignedInProps {
  failure: ApiFailure;
  onClose(): void;
  onRetry(): Promise<void>;
}

/** The server did not get the request: the next person at this browser is still signed in. */
function StillSignedIn({ failure, onClose, onRetry }: StillSignedInProps) {
  // Not within the bar at the top, whose landmark a dialog is no part of.
  return createPortal(
    <Dialog
      title="You are still signed in"
      onDismiss={onClose}
      onSubmit={onRetry}
      footer={
        <>
          <Button onClick={onClose}>Stay signed in</Button>
          <Button type="submit" variant="primary">
            Sign out
          </Button>
        </>
      }
    >
      <FailureNotice failure={failure} />
    </Dialog>,
    document.body,
  );
}
