import type { UserApiKey } from 'keystamp';
import { printableText } from 'keystamp/rules';
import type { UseRecord } from '../contract/relative-time.js';
import { lastUseOf } from './key-wording.js';

/** All of a key for a person, a fact a line. What it does not have is left out. */
export function keyFacts(key: UserApiKey, record: UseRecord, now: Date): string {
  const { userEmail, userId, scopes, metadata, lastUsedAt } = key;
  const facts: [string, string | null][] = [
    ['name', key.name],
    ['prefix', key.keyPrefix || null],
    ['id', key.id],
    ['owner', userEmail === null ? userId : `${userEmail} (id ${userId})`],
    ['status', key.status],
    ['last use', `${lastUseOf(key, record, now)}${exactly(lastUsedAt)}`],
    ['scopes', scopes.length === 0 ? 'none named: whatever its user may do' : scopes.join(' ')],
    ['note', key.note],
    ['metadata', pairsOf(metadata)],
    ['created', key.createdAt.toISOString()],
    ['expires', key.expiresAt?.toISOString() ?? 'never'],
    ['disabled', key.disabledAt?.toISOString() ?? null],
    ['revoked', key.revokedAt?.toISOString() ?? null],
  ];
  return facts.map(([name, value]) => (value === null ? '' : line(name, value))).join('');
}

function exactly(time: Date | null): string {
  return time === null ? '' : ` (${time.toISOString()})`;
}

function pairsOf(metadata: UserApiKey['metadata']): string | null {
  const pairs = Object.entries(metadata).map(([name, value]) => `${name}=${value}`);
  return pairs.length === 0 ? null : pairs.join(' ');
}

const WIDTH = 10;

/** A note may have several lines. */
function line(name: string, value: string): string {
  const lines = value.split(/\r?\n/).map(printableText);
  return `${name.padEnd(WIDTH)}${lines.join(`\n${' '.repeat(WIDTH)}`)}\n`;
}
