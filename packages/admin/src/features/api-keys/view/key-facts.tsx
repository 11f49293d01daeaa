import type { ApiKeyInfo } from '@keystamp/server/contract';
import type { ReactNode } from 'react';
import { Copyable } from '../../../components/copyable.tsx';
import { Created, Expires } from '../key/key-times.tsx';
import type { UseRecord } from '../key/last-use.ts';
import { LastUsed } from '../key/last-used.tsx';

interface KeyFactsProps {
  apiKey: ApiKeyInfo;
  owner: string;
  useRecord: UseRecord;
}

/** All that is known of a key, under the names that the list and the API have for it. */
export function KeyFacts({ apiKey, owner, useRecord }: KeyFactsProps) {
  const metadata = Object.entries(apiKey.metadata);
  return (
    <dl className="key-facts">
      <Fact term="Last used">
        <LastUsed apiKey={apiKey} useRecord={useRecord} />
      </Fact>
      <Fact term="Owner">
        <bdi>{owner}</bdi>
      </Fact>
      <Fact term="Scopes">
        {apiKey.scopes.length === 0 ? (
          <span className="muted">None: it may do whatever its owner may</span>
        ) : (
          <ul className="scope-list">
            {apiKey.scopes.map((scope) => (
              <li key={scope}>
                <code>{scope}</code>
              </li>
            ))}
          </ul>
        )}
      </Fact>
      <Fact term="Created">
        <Created at={apiKey.created_at} />
      </Fact>
      <Fact term={apiKey.status === 'expired' ? 'Expired' : 'Expires'}>
        <Expires at={apiKey.expires_at} />
      </Fact>
      {metadata.length > 0 && (
        <Fact term="Metadata">
          <ul className="metadata-list">
            {metadata.map(([field, value]) => (
              <li key={field}>
                <code>{field}</code> <bdi>{value}</bdi>
              </li>
            ))}
          </ul>
        </Fact>
      )}
      <Fact term="Prefix">
        <Copyable what="the prefix">{apiKey.key_prefix}</Copyable>
      </Fact>
      <Fact term="Id">
        <Copyable what="the id">{apiKey.id}</Copyable>
      </Fact>
    </dl>
  );
}

function Fact({ term, children }: { term: string; children: ReactNode }) {
  return (
    <div>
      <dt>{term}</dt>
      <dd>{children}</dd>
    </div>
  );
}
