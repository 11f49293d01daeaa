import type { ApiKeyInfo, ApiKeyStatus } from '@keystamp/server/contract';
import { relativeTime } from '@keystamp/server/contract/relative-time';
import { readTime } from '../../clock/exact-time.ts';
import { ExactTime } from '../../components/exact-time.tsx';

export const statusWords: Readonly<Record<ApiKeyStatus, string>> = {
  active: 'Active',
  disabled: 'Disabled',
  expired: 'Expired',
  revoked: 'Revoked',
  user_inactive: 'User inactive',
};

export function StatusLabel({ apiKey }: { apiKey: ApiKeyInfo }) {
  const revokedAt = readTime(apiKey.revoked_at);
  return (
    <span className={`status status-${apiKey.status}`}>
      {statusWords[apiKey.status] ?? apiKey.status}
      {revokedAt !== null && (
        <span className="cell-note">
          <ExactTime
            at={revokedAt}
            textAt={(now) => relativeTime(revokedAt, now)}
            meaning="When it was revoked."
          />
        </span>
      )}
    </span>
  );
}
