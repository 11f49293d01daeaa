type Check = readonly [expected: string, isRight: (value: unknown) => boolean];

/** What PostgreSQL can hold as a text. */
function isStorable(value: unknown): boolean {
  return typeof value === 'string' && !value.includes('\0') && !/\p{Surrogate}/u.test(value);
}

function isStorableJson(value: unknown): boolean {
  if (typeof value === 'string') return isStorable(value);
  if (typeof value !== 'object' || value === null) return value !== undefined;
  return Object.entries(value).every(([name, each]) => isStorable(name) && isStorableJson(each));
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const TIME = /^(\d{4,6})-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?(Z|[+-]\d\d:\d\d)( BC)?$/;

/** As the database writes one; a calendar that JavaScript has is held to it. */
function isTime(value: unknown): boolean {
  if (value === 'infinity' || value === '-infinity') return true;
  const [, year = '', , , before] = (typeof value === 'string' && TIME.exec(value)) || [];
  if (year === '') return false;
  return year.length > 4 || before !== undefined || !Number.isNaN(Date.parse(value as string));
}

const text: Check = ['a text', isStorable];
const uuid: Check = ['a UUID', (value) => typeof value === 'string' && UUID.test(value)];
const time: Check = ['a time like 2026-01-31T12:00:00.123456+00:00', isTime];
const flag: Check = ['true or false', (value) => typeof value === 'boolean'];
const json: Check = ['JSON without NUL', isStorableJson];
const hash: Check = [
  '64 hexadecimal digits',
  (value) => typeof value === 'string' && /^[0-9a-f]{64}$/i.test(value),
];
const texts: Check = ['a list of texts', (value) => Array.isArray(value) && isStorableJson(value)];
const orNull = ([expected, isRight]: Check): Check => [
  `${expected}, or null`,
  (value) => value === null || isRight(value),
];

/** The fields of each kind of record. A password's hash may be left out: an export has it only where it was asked for. */
const RECORDS = {
  user: {
    id: text,
    email: orNull(text),
    name: orNull(text),
    is_admin: flag,
    is_active: flag,
    created_at: time,
  },
  oidc_subject: { issuer: text, subject: text, user_id: text, bound_at: time },
  event: {
    key_id: uuid,
    user_id: text,
    at: time,
    kind: text,
    actor: json,
    from_address: orNull(text),
    detail: json,
    slot: orNull(text),
  },
  key: {
    id: uuid,
    user_id: text,
    name: text,
    key_prefix: text,
    key_hash: hash,
    scopes: texts,
    created_at: time,
    expires_at: orNull(time),
    disabled_at: orNull(time),
    revoked_at: orNull(time),
    last_used_at: orNull(time),
    note: orNull(text),
    metadata: json,
    imported: flag,
    successor_id: orNull(uuid),
    predecessor_id: orNull(uuid),
  },
} as const satisfies Record<string, Record<string, Check>>;

export type RecordKind = keyof typeof RECORDS;

export function isRecordKind(kind: unknown): kind is RecordKind {
  return typeof kind === 'string' && Object.hasOwn(RECORDS, kind);
}

/** What is wrong with a record of an export, so that the database takes the whole of it; null: nothing. */
export function faultOfRecord(kind: RecordKind, record: Record<string, unknown>): string | null {
  const checks: Record<string, Check> = RECORDS[kind];
  for (const [field, [expected, isRight]] of Object.entries(checks)) {
    if (!isRight(record[field])) return `${field}: expected ${expected}`;
  }
  const hash = record['password_hash'];
  const isKnown = hash === undefined || hash === null || (kind === 'user' && isStorable(hash));
  return isKnown ? null : 'password_hash: expected a text, or null';
}
