import { describe, expect, it } from 'vitest';
import { generateApiKey } from '../../src/api-key.js';
import type { UserApiKey } from '../../src/index.js';
import { Changes } from '../../src/validation/changes.js';
import { KnownKeys } from '../../src/validation/known-keys.js';

describe('two answers about one key, the later question answered first', () => {
  const user = { id: 'ada', email: null, isActive: true, isAdmin: false };
  const key: UserApiKey = {
    id: '00000000-0000-4000-8000-000000000001',
    userId: 'ada',
    userEmail: null,
    name: 'A key',
    keyPrefix: 'ks_abcdef',
    scopes: [],
    status: 'active',
    createdAt: new Date(0),
    expiresAt: null,
    revokedAt: null,
    lastUsedAt: null,
  };
  const active = { keyHash: generateApiKey('ks').keyHash, key, user };

  it('leave the later one', () => {
    const keys = new KnownKeys(10, new Changes());
    const revoked = { ...active, key: { ...active.key, revokedAt: new Date() } };
    keys.remember(revoked, { readAt: 0, question: 2 });
    expect(keys.remember(active, { readAt: 0, question: 1 }).revokedAtMs).toBeNull();
    expect(keys.get(active.keyHash)?.revokedAtMs).not.toBeNull();
  });

  it('leave the later one where the key is gone by then', () => {
    const keys = new KnownKeys(10, new Changes());
    keys.rememberUnknown(active.keyHash, { readAt: 0, question: 2 }, 0);
    keys.remember(active, { readAt: 0, question: 1 });
    expect(keys.get(active.keyHash)).toBeUndefined();
  });
});

describe('hashes known to be no key’s', () => {
  it('are remembered for a while, and no more than ten thousand', () => {
    const changes = new Changes();
    const keys = new KnownKeys(10, changes);
    const hashes = Array.from({ length: 10_001 }, () => generateApiKey('ks').keyHash);
    const asked = { readAt: changes.sequence, question: 1 };
    for (const hash of hashes) keys.rememberUnknown(hash, asked, 0);
    expect(keys.isUnknown(hashes[0] as string, 0)).toBe(false);
    expect(keys.isUnknown(hashes[1] as string, 0)).toBe(true);
    expect(keys.isUnknown(hashes[1] as string, 60_000)).toBe(false);
    changes.everythingChanged();
    expect(keys.isUnknown(hashes[1] as string, 0)).toBe(false);
  });
});
