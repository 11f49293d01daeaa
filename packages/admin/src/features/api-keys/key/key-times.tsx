import { plainDate } from '@keystamp/server/contract/relative-time';
import { readTime } from '../../../clock/exact-time.ts';
import { ExactTime } from '../../../components/exact-time.tsx';
import { expiryWording } from './expiry.ts';

export function Created({ at }: { at: string }) {
  const createdAt = readTime(at);
  if (createdAt === null) return <span className="muted">unreadable</span>;
  return <ExactTime at={createdAt} textAt={() => plainDate(createdAt)} />;
}

export function Expires({ at }: { at: string | null }) {
  if (at === null) return <span className="muted">Never</span>;
  const expiresAt = readTime(at);
  if (expiresAt === null) return <span className="muted">unreadable</span>;
  return <ExactTime at={expiresAt} textAt={(now) => expiryWording(expiresAt, now)} />;
}
