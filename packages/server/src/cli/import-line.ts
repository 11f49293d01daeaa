import type { ImportApiKeyInput } from 'keystamp';
import { given } from '../routes/api-keys/input.js';
import { WrongLine } from './text-lines.js';

const FIELDS = new Set([
  'key_hash',
  'user_id',
  'name',
  'key_prefix',
  'scopes',
  'created_at',
  'expires_at',
  'last_used_at',
]);

/** One line of an import. Types and limits of the plain fields are the core's to judge. */
export function parseImportLine(text: string, number: number): ImportApiKeyInput {
  const line = parseObject(text, number);
  const unknown = Object.keys(line).find((name) => !FIELDS.has(name));
  if (unknown !== undefined) {
    throw new WrongLine(number, `${displayName(unknown)}: expected only ${[...FIELDS].join(', ')}`);
  }
  const time = (name: string) => timeOf(line[name], name, number);
  const keyPrefix = line['key_prefix'] as string | null | undefined;
  return {
    ...given({
      keyPrefix: keyPrefix ?? undefined,
      scopes: line['scopes'],
      createdAt: time('created_at') ?? undefined,
      expiresAt: time('expires_at'),
      lastUsedAt: time('last_used_at'),
    }),
    keyHash: hashOf(line['key_hash'], number),
    userId: line['user_id'],
    name: line['name'],
  } as ImportApiKeyInput;
}

/** Names a field only if the text can be nothing else: a key in its place is not repeated. */
function displayName(name: string): string {
  return /^[a-z_]{1,20}$/i.test(name) ? name : 'a field';
}

function parseObject(text: string, number: number): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      return value as Record<string, unknown>;
    }
  } catch {
    // The parser's message quotes the text.
  }
  throw new WrongLine(number, 'expected a JSON object');
}

function hashOf(value: unknown, number: number): Buffer {
  if (typeof value === 'string' && /^[0-9a-f]{64}$/i.test(value)) return Buffer.from(value, 'hex');
  throw new WrongLine(number, 'key_hash: expected 64 hexadecimal digits');
}

function timeOf(value: unknown, name: string, number: number): Date | null | undefined {
  if (value === undefined || value === null) return value;
  const isTime = typeof value === 'string' && /^\d{4}-\d\d-\d\dT.*(Z|[+-]\d\d:\d\d)$/.test(value);
  const time = new Date(isTime ? value : Number.NaN);
  if (!Number.isNaN(time.getTime())) return time;
  throw new WrongLine(number, `${name}: expected a time like 2026-01-31T12:00:00Z, or null`);
}
