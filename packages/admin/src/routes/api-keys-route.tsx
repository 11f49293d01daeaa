import { ApiKeysPanel } from '../features/api-keys/api-keys-panel.tsx';
import { useMe } from '../features/session/me.tsx';
import { usePageTitle } from './use-page-title.ts';

export function ApiKeysRoute() {
  usePageTitle('API keys');
  return <ApiKeysPanel me={useMe()} />;
}
