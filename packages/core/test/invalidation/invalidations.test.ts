import { createHash, randomBytes } from 'node:crypto';
import { createTestDatabase, type TestDatabase } from '@keystamp/testing/databases/test-database';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  BUCKETS,
  bucketOf,
  Invalidations,
  userBucketOf,
} from '../../src/invalidation/invalidations.js';
import { toKeyHash } from '../../src/key-format/api-key.js';

let ground: TestDatabase;
beforeAll(async () => {
  ground = await createTestDatabase();
});
afterAll(() => ground.drop());

describe('buckets', () => {
  it('are the same in the database and here, for keys and for users', async () => {
    const hashes = Array.from({ length: 300 }, () => randomBytes(32));
    const users = [
      '',
      'ada',
      'Ada',
      'ä',
      '日本',
      '\u{1F511}',
      ...Array.from({ length: 50 }, (_, i) => `u${i}`),
    ];
    const { rows } = await ground.database.query<{ bucket: number }>(
      `select keystamp.bucket_of(hash) as bucket from unnest($1::bytea[]) with ordinality as h (hash, at)
       union all
       select keystamp.bucket_of(sha256(convert_to(id, 'UTF8'))) from unnest($2::text[]) with ordinality as u (id, at)`,
      [hashes, users],
    );
    const here = [...hashes.map((hash) => bucketOf(toKeyHash(hash))), ...users.map(userBucketOf)];
    expect(rows.map(({ bucket }) => bucket).sort()).toEqual(here.sort());
    expect(createHash('sha256').update('ada').digest()[0]).toBe(userBucketOf('ada') >>> 2);
  });
});

describe('what was read before a change', () => {
  it('is stale, whatever the order of changes; what was read after is not', () => {
    const change = fc.oneof(
      fc.nat(BUCKETS - 1).map((n) => `k${n}`),
      fc.nat(BUCKETS - 1).map((n) => `u${n}`),
      fc.constantFrom('*', 'k1024', 'x', ''),
    );
    fc.assert(
      fc.property(
        fc.array(change),
        fc.array(change),
        fc.nat(BUCKETS - 1),
        fc.nat(BUCKETS - 1),
        (before, after, k, u) => {
          const invalidations = new Invalidations(() => {});
          for (const payload of before) invalidations.apply(payload);
          const readSequence = invalidations.sequence;
          for (const payload of after) invalidations.apply(payload);
          const isTouched = after.some(
            (p) => p === `k${k}` || p === `u${u}` || !/^[ku](\d{1,3}|10[01]\d|102[0-3])$/.test(p),
          );
          expect(invalidations.unchangedSince(readSequence, k, u)).toBe(!isTouched);
        },
      ),
    );
  });
});
