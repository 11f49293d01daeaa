import { useQueryClient } from '@tanstack/react-query';
import { useLocation } from 'wouter';
import { signOut } from '../../api/session.ts';
import { MenuButton } from '../../components/menu-button.tsx';
import { type Theme, useTheme } from '../theme/theme.ts';
import { ME_QUERY, useMe } from './me.tsx';

const themes: readonly [Theme, string][] = [
  ['light', 'Light theme'],
  ['dark', 'Dark theme'],
  ['system', 'Theme of the system'],
];

export function AccountMenu() {
  const me = useMe();
  const client = useQueryClient();
  const [, navigate] = useLocation();
  const [theme, setTheme] = useTheme();
  const ownKeys = me.is_admin ? `/?user=${encodeURIComponent(me.id)}` : '/';

  async function leave(): Promise<void> {
    // Whether the server heard it or not: nothing of the session stays on this page.
    await signOut().catch(() => null);
    client.clear();
    client.setQueryData(ME_QUERY, null);
    navigate('/sign-in');
  }

  return (
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
  );
}
