import { createHash } from 'node:crypto';
import type { IssuedApiKey, Keystamp, Validation } from '../../src/index.js';
import { generateApiKey } from '../../src/key-format/api-key.js';

type Call = (k: Keystamp, made: Made) => Promise<unknown>;

/** What earlier calls made, by a name. */
class Made {
  readonly issued: Record<string, IssuedApiKey> = {};
  readonly cursors: string[] = [];

  id(name: string): string {
    return this.of(name).key.id;
  }

  text(name: string): string {
    return this.of(name).apiKey;
  }

  of(name: string): IssuedApiKey {
    const issued = this.issued[name];
    if (issued === undefined) throw new Error(`The transcript has made no key "${name}".`);
    return issued;
  }
}

const { apiKey: STRANGER } = generateApiKey('ks');
const FOREIGN = 'a key of another program';
const sha256 = (text: string) => createHash('sha256').update(text).digest();
const inDays = (k: Keystamp, days: number) => new Date(k.now().getTime() + days * 86_400_000);

const issue =
  (name: string, input: object): Call =>
  async (k, made) => {
    made.issued[name] = await k.createApiKey({ userId: 'ada', name, ...input });
    return made.issued[name];
  };
const validate =
  (name: string, options?: object): Call =>
  async (k, made) => {
    const validation = await k.validateUserApiKey(made.text(name), options);
    // A refusal is written into the history a little later.
    if (!validation.valid) await k.flush();
    return validation;
  };
const on =
  (name: string, call: (k: Keystamp, id: string) => Promise<unknown>): Call =>
  (k, made) =>
    call(k, made.id(name));
const history =
  (query: object): Call =>
  async (k) => {
    await k.flush();
    return k.listEvents(query);
  };

/** Calls that between them use all of an instance, and what is wrong in a call. */
const CALLS: readonly Call[] = [
  issue('free', { note: ' What for ', metadata: { plan: 'pro' } }),
  issue('reader', { scopes: ['orders:read', 'orders:read', 'users:read'] }),
  issue('bea', { userId: 'bea', expiresAt: new Date('2099-01-01') }),
  issue('bad name', { name: '' }),
  issue('bad scope', { scopes: ['orders read'] }),
  issue('bad expiry', { expiresAt: new Date(0) }),
  issue('bad metadata', { metadata: { plan: 7 } }),
  issue('bad field', { scope: ['a'] }),
  issue('bad user', { userId: '' }),
  issue('bad client', { client: null }),
  (k) =>
    k.createApiKey({ userId: 'ada', name: 'By', note: null }, { actor: { kind: 'x' as never } }),
  validate('free'),
  validate('free', { scopes: ['anything'] }),
  validate('reader', { scopes: ['orders:read'] }),
  validate('reader', { scopes: ['orders:write'] }),
  validate('reader', { scopes: ['orders:read'], adminScopes: ['orders:read'] }),
  validate('reader', { scopes: 'orders:read' }),
  validate('reader', { recordUse: 'no' }),
  validate('bea', { recordUse: false }),
  (k) => k.validateUserApiKey(STRANGER),
  (k) => k.validateUserApiKey('garbage'),
  (k) => k.validateUserApiKey(7 as never),
  async (k) => {
    await k.flush();
    return k.listApiKeys({ sort: 'name', counts: true, count: true });
  },
  on('free', (k, id) => k.getApiKey(id)),
  on('free', (k, id) => k.getApiKey(id.toUpperCase(), { userId: 'bea' })),
  on('free', (k, id) => k.getApiKey(id, { userId: undefined as never })),
  (k) => k.getApiKey('7'),
  on('free', (k, id) => k.findApiKeys(id.slice(0, 8))),
  (k) => k.findApiKeys('ks_'),
  (k) => k.listAllApiKeys({ scope: 'orders:read' }),
  (k) => k.listAllApiKeys({ metadata: { plan: 'pro' } }),
  (k) => k.listAllApiKeys({ unusedFor: 'never', sort: 'created_at' }),
  (k) => k.listAllApiKeys({ expiresWithin: 36_500 }),
  (k) => k.listAllApiKeys({ q: 'REA', userId: 'ada' }),
  (k, made) => k.listAllApiKeys({ keyHash: sha256(made.text('bea')) }),
  (k) => k.listAllApiKeys({ sort: 'created_at', order: 'asc', limit: 2 }),
  (k) => k.listApiKeys({ sort: 'nothing' as never }),
  async (k, made) => {
    const page = await k.listApiKeys({ sort: 'expires_at', limit: 1 });
    made.cursors.push(page.nextCursor as string);
    return page.keys;
  },
  (k, made) => k.listApiKeys({ sort: 'expires_at', cursor: made.cursors[0] }),
  (k, made) => k.listApiKeys({ sort: 'name', cursor: made.cursors[0] }),
  on('free', (k, id) => k.updateApiKey(id, { name: 'Renamed', note: null, metadata: {} })),
  on('reader', (k, id) => k.updateApiKey(id, { scopes: [] })),
  on('reader', (k, id) => k.updateApiKey(id, { expiresAt: inDays(k, 10) })),
  on('reader', (k, id) => k.updateApiKey(id, { names: 'x' } as never)),
  on('free', (k, id) => k.updateApiKey(id, { userId: 'cy' }, { userId: 'ada' })),
  on('free', (k, id) => k.updateApiKey(id, { name: 'No' }, { userId: 'ada' })),
  on('reader', (k, id) => k.disableApiKey(id, { actor: { kind: 'session', userId: 'root' } })),
  on('reader', (k, id) => k.disableApiKey(id)),
  validate('reader', { from: { route: 'GET /a?b', address: '192.0.2.7' } }),
  on('reader', (k, id) => k.rotateApiKey(id)),
  on('reader', (k, id) => k.enableApiKey(id)),
  on('reader', (k, id) => k.enableApiKey(id)),
  async (k, made) => {
    made.issued['next'] = (await k.rotateApiKey(made.id('reader'), {
      graceSeconds: 60,
    })) as IssuedApiKey;
    return made.issued['next'];
  },
  on('reader', (k, id) => k.rotateApiKey(id)),
  on('next', (k, id) => k.rotateApiKey(id, { graceSeconds: -1 })),
  validate('next', { scopes: ['orders:read'] }),
  on('next', (k, id) => k.rotateApiKey(id, { graceSeconds: 0 })),
  validate('next'),
  on('next', (k, id) => k.rotateApiKey(id)),
  on('bea', (k, id) => k.revokeApiKey(id)),
  on('bea', (k, id) => k.revokeApiKey(id)),
  on('bea', (k, id) => k.updateApiKey(id, { name: 'No' })),
  on('bea', (k, id) => k.updateApiKey(id, { note: 'Gone' })),
  on('bea', (k, id) => k.enableApiKey(id)),
  on('bea', (k, id) => k.rotateApiKey(id)),
  validate('bea'),
  (k) => k.setUserActive('cy', false),
  validate('free'),
  (k) => k.setUserActive('cy', true),
  (k) => k.setUserActive('nobody', true),
  (k) => k.setUserActive('cy', 'yes' as never),
  issue('idle', { metadata: { 'keep-until': '2999-01-01' } }),
  async (k, made) => {
    const { key } = made.of('free');
    const seen = [{ id: key.id, lastUsedAt: null }, made.of('bea').key, made.of('idle').key];
    return k.revokeApiKeys([
      ...seen,
      { id: '00000000-0000-4000-8000-000000000000', lastUsedAt: null },
    ]);
  },
  (k) => k.disableApiKeys([{ id: 'x', lastUsedAt: null }]),
  (k) =>
    k.importApiKeys([
      {
        keyHash: sha256(FOREIGN),
        userId: 'dan',
        name: 'Old',
        keyPrefix: 'a key',
        createdAt: new Date('2020-01-01'),
      },
      { keyHash: sha256(FOREIGN), userId: 'dan', name: 'Twice' },
    ]),
  (k) => k.importApiKeys([{ keyHash: new Uint8Array(3), userId: 'dan', name: 'Old' }]),
  (k) => k.sweep({ disableUnused: 1_000, dryRun: true }),
  (k) => k.sweep({ disableUnused: 0 }),
  (k) => k.sweep({} as never),
  (k) => k.validateUserApiKey(FOREIGN),
  (k) => k.validateUserApiKey('any text may be a key now'),
  async (k, made) => {
    const input = { userId: 'eve', name: 'Once', idempotencyKey: 'call-1' };
    made.issued['once'] = await k.createApiKey(input);
    made.issued['again'] = await k.createApiKey(input);
    return [made.issued['once'], made.issued['again']];
  },
  validate('once'),
  validate('again'),
  issue('other content', { userId: 'eve', name: 'Other', idempotencyKey: 'call-1' }),
  issue('used since', { userId: 'eve', name: 'Once', idempotencyKey: 'call-1' }),
  issue('bad value', { idempotencyKey: '' }),
  ...['one', 'two', 'three', 'four', 'five'].map((name) => issue(name, { userId: 'max' })),
  on('idle', (k, id) => k.deleteApiKey(id)),
  on('idle', (k, id) => k.deleteApiKey(id)),
  validate('idle'),
  history({ limit: 1_000 }),
  history({ userId: 'ada', kind: 'created', limit: 1 }),
  history({ actor: 'root' }),
  history({ kind: 'refused' }),
  history({ newestOf: [] }),
  (k, made) => k.listEvents({ newestOf: [made.id('free'), made.id('bea')] }),
  (k, made) => k.listEvents({ keyId: made.id('next'), limit: 0 }),
  (k) => k.bookRestore(new Date('2999-01-01')),
  (k) => k.bookRestore(new Date('2026-01-01')),
  async (k) => (await k.listApiKeys({ limit: 1 })).restoredAt !== null,
  async (k) => k.userChanged('ada'),
  async (k) => {
    await k.close();
    await k.close();
    return k.health();
  },
  (k) => k.getApiKey('7'),
  (k) => k.validateUserApiKey(STRANGER),
  (k) => k.flush(),
  async (k) => k.userChanged('ada'),
];

/** What each call answered or threw, without what differs by chance: texts of keys, ids, times. */
export async function transcriptOf(keystamp: Keystamp): Promise<string[]> {
  const made = new Made();
  const names = new Map<string, string>();
  const lines: string[] = [];
  for (const [at, call] of CALLS.entries()) {
    const answer = await call(keystamp, made).catch((error) => ({
      thrown: error.name,
      code: error.code,
      message: error.message,
    }));
    const written = JSON.stringify(withoutCounts(withoutStoredUse(answer)), inOneOrder, 1);
    lines.push(`${at} ${sameForAll(written ?? 'undefined', names)}`);
  }
  return lines;
}

/** The order of an object's fields is nobody's promise. */
function inOneOrder(_name: string, value: unknown): unknown {
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  return isObject
    ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
    : value;
}

/** In a validation it is as the instance last read the row. */
function withoutStoredUse(answer: unknown): unknown {
  const { key } = (answer ?? {}) as Partial<Extract<Validation, { valid: true }>>;
  if (key === undefined || !('valid' in (answer as object))) return answer;
  const { lastUsedAt, ...rest } = key;
  return { ...(answer as object), key: rest };
}

/** What an instance says of its own memory, and where an event stands among those of other tests. */
function withoutCounts(answer: unknown): unknown {
  if (typeof answer !== 'object' || answer === null) return answer;
  if ('counts' in answer && 'listening' in answer) {
    const { ready, databaseReachable } = answer as Record<string, unknown>;
    return { ready, databaseReachable };
  }
  return answer;
}

function sameForAll(text: string, names: Map<string, string>): string {
  const named = (what: string) => (found: string) => {
    const name = names.get(found) ?? `${what} ${names.size}`;
    names.set(found, name);
    return name;
  };
  return text
    .replaceAll(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, named('id'))
    .replaceAll(/ks_[0-9A-Za-z]{49}/g, named('key'))
    .replaceAll(/ks_[0-9A-Za-z]{6}/g, named('prefix'))
    .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, (time) =>
      time.startsWith('20') && time < '2027' && time > '2026' ? 'now' : time,
    )
    .replaceAll(/"(id|nextCursor)": "(\d+|[\w-]{40,})"/g, '"$1": "one"');
}
