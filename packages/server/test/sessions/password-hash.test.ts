import { describe, expect, it } from 'vitest';
import type { Turn } from '../../src/auth/sessions/fair-queue.js';
import { AT_ONCE, createPasswordHasher } from '../../src/auth/sessions/password-hash.js';

const stranger: Turn = { lane: 'stranger', group: '192.0.2.1' };

describe('the password hasher', () => {
  it('uses argon2id with 19 MiB, two passes, one lane', async () => {
    const hash = await createPasswordHasher().hash('correct horse battery');
    expect(hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  });

  it('verifies, and refuses everybody where there is no hash', async () => {
    const hasher = createPasswordHasher();
    const hash = await hasher.hash('correct horse battery');
    expect(await hasher.verify('correct horse battery', hash, stranger)).toBe(true);
    expect(await hasher.verify('wrong horse battery', hash, stranger)).toBe(false);
    expect(await hasher.verify('nobody has this password', null, stranger)).toBe(false);
  });

  it('refuses as busy what would wait behind too many others, and recovers', async () => {
    const hasher = createPasswordHasher();
    const tries = Array.from({ length: 80 }, () => hasher.hash('correct horse battery'));
    const outcomes = await Promise.allSettled(tries);
    const refused = outcomes.filter((outcome) => outcome.status === 'rejected');
    expect(refused).toHaveLength(80 - AT_ONCE - 64);
    for (const { reason } of refused) expect(reason).toMatchObject({ code: 'busy' });
    expect(await hasher.hash('correct horse battery')).toMatch(/^\$argon2id/);
  });
});
