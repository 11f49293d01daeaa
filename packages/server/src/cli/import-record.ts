import { createHash } from 'node:crypto';
import type { ImportApiKeyInput } from 'keystamp';
import { given } from '../routes/api-keys/input.js';
import { readHash } from './foreign-hash.js';
import { WrongLine } from './text-lines.js';

/** What a line says, by the names of its fields, whether it was JSON or CSV. */
export interface ImportRecord {
  readonly number: number;
  readonly fields: Readonly<Record<string, unknown>>;
}

const FIELDS = [
  'user_id',
  'name',
  'key_prefix',
  'scopes',
  'created_at',
  'expires_at',
  'disabled_at',
  'revoked_at',
  'last_used_at',
  'note',
  'metadata',
];

/** The names that a line may have. `isPlain`: the key stands in it, and not its hash. */
export function fieldsOf(isPlain: boolean): readonly string[] {
  return [isPlain ? 'api_key' : 'key_hash', ...FIELDS];
}

/** The key of a record. Types and limits of the plain fields are the core's to judge. Throws `WrongLine`. */
export function toKey({ number, fields }: ImportRecord, isPlain: boolean): ImportApiKeyInput {
  const wrong = (what: string) => new WrongLine(number, what);
  const known = fieldsOf(isPlain);
  const unknown = Object.keys(fields).find((name) => !known.includes(name));
  if (unknown !== undefined) throw wrong(unknownField(unknown, known));
  const time = (name: string) => {
    const read = readTime(fields[name]);
    if (read !== WRONG_TIME) return read;
    throw wrong(`${name}: expected a time with its zone like 2026-01-31T12:00:00Z, or null`);
  };
  const secret = isPlain ? readSecret(fields['api_key'], wrong) : null;
  return {
    ...given({
      keyPrefix: text(fields['key_prefix']) ?? prefixOf(secret),
      scopes: fields['scopes'],
      createdAt: time('created_at') ?? undefined,
      expiresAt: time('expires_at'),
      lastUsedAt: time('last_used_at'),
      revokedAt: time('revoked_at'),
      disabledAt: time('disabled_at'),
      note: fields['note'],
      metadata: (fields['metadata'] ?? undefined) as never,
    }),
    keyHash: secret === null ? hashOf(fields['key_hash'], wrong) : sha256(secret),
    userId: fields['user_id'],
    name: fields['name'],
  } as ImportApiKeyInput;
}

/** What is wrong with a name that no line has; a key in its place is not repeated. */
export function unknownField(name: string, known: readonly string[]): string {
  if (name === 'api_key') {
    return 'api_key: expected only key_hash, or --plain and standard input, where the keys themselves are given';
  }
  const shown = /^[a-z_]{1,20}$/i.test(name) ? name : 'a field';
  return `${shown}: expected only ${known.join(', ')}`;
}

type Wrong = (what: string) => WrongLine;

function hashOf(value: unknown, wrong: Wrong): Buffer {
  const read = readHash(value);
  if (typeof read !== 'string') return read;
  throw wrong(`key_hash: ${read}`);
}

/** As the library: longer texts are never looked up. */
const MAX_KEY_LENGTH = 512;

function readSecret(value: unknown, wrong: Wrong): string {
  if (typeof value === 'string' && value !== '' && value.length <= MAX_KEY_LENGTH) return value;
  throw wrong(`api_key: expected the whole key, a text of 1 to ${MAX_KEY_LENGTH} characters`);
}

function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

/** Undefined: none. What is shown leaves most of the key out. */
function prefixOf(secret: string | null): string | undefined {
  const isLong = secret !== null && secret.length >= 24 && /^[!-~]+$/.test(secret);
  return isLong ? secret.slice(0, 8) : undefined;
}

function text(value: unknown): string | undefined {
  return (value ?? undefined) as string | undefined;
}

const WRONG_TIME = Symbol('no time');

/** As ISO 8601, or as PostgreSQL writes it. */
const TIME =
  /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d(?::\d\d)?(?:\.\d{1,9})?) ?(Z|[+-]\d\d)(?::?(\d\d))?$/i;

function readTime(value: unknown): Date | null | undefined | typeof WRONG_TIME {
  if (value === undefined || value === null) return value;
  const [, day, clock, zone = '', minutes = '00'] =
    (typeof value === 'string' && TIME.exec(value.trim())) || [];
  if (day === undefined) return WRONG_TIME;
  const offset = /z/i.test(zone) ? 'Z' : `${zone}:${minutes}`;
  const time = new Date(`${day}T${clock}${offset}`);
  return Number.isNaN(time.getTime()) ? WRONG_TIME : time;
}
