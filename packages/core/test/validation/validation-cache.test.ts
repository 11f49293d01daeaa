import { describe, expect, it } from 'vitest';
import type { UserApiKey } from '../../src/index.js';
import { Invalidations } from '../../src/invalidation/invalidations.js';
import { generateApiKey } from '../../src/key-format/api-key.js';
import type { FoundKey } from '../../src/sql/find-keys-by-hash.js';
import { ValidationCache } from '../../src/validation/validation-cache.js';

const user = { id: 'ada', email: null, isActive: true, isAdmin: false };
const key: UserApiKey = {
  id: '00000000-0000-4000-8000-000000000001',
  userId: 'ada',
  userEmail: null,
  name: 'A key',
  note: null,
  metadata: {},
  keyPrefix: 'ks_abcdef',
  scopes: [],
  status: 'active',
  createdAt: new Date(0),
  expiresAt: null,
  disabledAt: null,
  revokedAt: null,
  lastUsedAt: null,
  predecessorId: null,
  successorId: null,
};
const active = { keyHash: generateApiKey('ks').keyHash, key, user };
const revoked = { ...active, key: { ...key, revokedAt: new Date(0) } };
const now = { databaseMs: 1_000, hostMs: 0 };
const later = (hostMs: number) => ({ ...now, hostMs });

describe('two answers about one key, the later question answered first', () => {
  it('leave the later one', () => {
    const keys = new ValidationCache(10, new Invalidations(() => {}));
    keys.remember(revoked, { readSequence: 0, queryNumber: 2 }, now);
    expect(keys.remember(active, { readSequence: 0, queryNumber: 1 }, now).revokedAtMs).toBeNull();
    expect(keys.get(active.keyHash)).toBeUndefined();
    expect(keys.lastKnown(active.keyHash)?.revokedAtMs).not.toBeNull();
  });

  it('leave the later one where the key is gone by then', () => {
    const keys = new ValidationCache(10, new Invalidations(() => {}));
    keys.rememberUnknown(active.keyHash, { readSequence: 0, queryNumber: 2 }, now);
    keys.remember(active, { readSequence: 0, queryNumber: 1 }, now);
    expect(keys.lastKnown(active.keyHash)).toBeUndefined();
  });
});

describe('K2: a hash that was refused', () => {
  const kinds: [string, FoundKey | null][] = [
    ['is no key’s', null],
    ['is of a revoked key', revoked],
    ['is of an expired key', { ...active, key: { ...key, expiresAt: new Date(999) } }],
    ['is of a deactivated user', { ...active, user: { ...user, isActive: false } }],
  ];

  it.each(kinds)('%s: it is remembered as long as every other', (_kind, found) => {
    const invalidations = new Invalidations(() => {});
    const keys = new ValidationCache(20_000, invalidations);
    const refuse = (keyHash: string, queryNumber: number) => {
      const readPoint = { readSequence: invalidations.sequence, queryNumber };
      if (found === null) keys.rememberUnknown(keyHash, readPoint, now);
      else keys.remember({ ...found, keyHash }, readPoint, now);
    };
    const hashes = Array.from({ length: 10_001 }, () => generateApiKey('ks').keyHash);
    for (const [at, hash] of hashes.entries()) refuse(hash, at + 1);
    expect(keys.refused(hashes[0] as string, 0)).toBeUndefined();
    expect(keys.refused(hashes[1] as string, 0)).not.toBeUndefined();
    expect(keys.refused(hashes[1] as string, 4_999)).not.toBeUndefined();
    expect(keys.refused(hashes[1] as string, 5_000)).toBeUndefined();
    expect(keys.size).toBe(0);
    invalidations.everythingChanged();
    expect(keys.refused(hashes[1] as string, 0)).toBeUndefined();
  });

  it('keeps the stamp of a key with a use that is still to be written', () => {
    const keys = new ValidationCache(10, new Invalidations(() => {}));
    const { stamp } = keys.remember(active, { readSequence: 0, queryNumber: 1 }, now);
    stamp.pending = true;
    keys.remember(revoked, { readSequence: 0, queryNumber: 2 }, now);
    for (let i = 0; i < 10_001; i++) {
      keys.rememberUnknown(
        generateApiKey('ks').keyHash,
        { readSequence: 0, queryNumber: 3 },
        later(i),
      );
    }
    expect(keys.lastKnown(active.keyHash)).toBeUndefined();
    expect(keys.remember(active, { readSequence: 0, queryNumber: 4 }, now).stamp).toBe(stamp);
  });
});
