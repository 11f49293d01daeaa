import type { ApiKeyInfo, ApiKeyStatus } from '@keystamp/server/contract';
import { relativeTime } from '@keystamp/server/contract/relative-time';
import { readTime } from '../../../clock/exact-time.ts';
import { ExactTime } from '../../../components/exact-time.tsx';

export const statusWords: Readonly<Record<ApiKeyStatus, string>> = {
  active: 'Active',
  disabled: 'Disabled',
  expired: 'Expired',
  revoked: 'Revoked',
  user_inactive: 'User inactive',
};

export function StatusLabel({ apiKey }: { apiKey: ApiKeyInfo }) {
  const { at, meaning } = sinceOf(apiKey);
  return (
    <span className={`status status-${apiKey.status}`}>
      {statusWords[apiKey.status] ?? apiKey.status}
      {at !== null && (
        <span className="cell-note">
          <ExactTime at={at} textAt={(now) => relativeTime(at, now)} meaning={meaning} />
        </span>
      )}
    </span>
  );
}

/** Since when a key is stopped by a person. */
function sinceOf({ status, disabled_at, revoked_at }: ApiKeyInfo) {
  return status === 'disabled'
    ? { at: readTime(disabled_at), meaning: 'When it was disabled.' }
    : { at: readTime(revoked_at), meaning: 'When it was revoked.' };
}
