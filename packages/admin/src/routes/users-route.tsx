import { useMe } from '../features/session/me.tsx';
import { UsersPanel } from '../features/users/users-panel.tsx';
import { NotFoundRoute } from './not-found-route.tsx';
import { usePageTitle } from './use-page-title.ts';

export function UsersRoute() {
  usePageTitle('Users');
  const me = useMe();
  return me.is_admin ? <UsersPanel me={me} /> : <NotFoundRoute />;
}
