import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { IssuedApiKey, ListQuery, UserApiKey } from '../../src/index.js';
import { timestampText } from '../../src/model/timestamp-text.js';
import { trackingTimes } from '../../src/sql/tracking-since.js';
import { createTestKeystamp, type TestKeystamp } from '../support/keystamp.js';

const FIRST = new Date('0001-01-01T00:00:00.000Z');
const LAST = new Date('9999-12-31T23:59:59.999Z');
/** Times of rows that somebody wrote with SQL, and what callers are told. */
const TIMES: [string, Date][] = [
  ['-infinity', FIRST],
  ['4714-11-24 00:00:00+00 BC', FIRST],
  ['0044-03-15 12:00:00.000001+00 BC', FIRST],
  ['0001-01-01 00:00:00.000001+00', FIRST],
  ['2026-01-02 03:04:05.678901+00', new Date('2026-01-02T03:04:05.678Z')],
  ['9000-06-01 00:00:00.123456+00', new Date('9000-06-01T00:00:00.123Z')],
  ['9000-06-01 00:00:00.123457+00', new Date('9000-06-01T00:00:00.123Z')],
  ['9999-12-31 23:59:59.999999+00', LAST],
  ['12000-01-01 00:00:00+00', LAST],
  ['280000-01-01 00:00:00+00', LAST],
  ['294276-12-31 23:59:59.999999+00', LAST],
  ['infinity', LAST],
];

let test: TestKeystamp;
beforeAll(async () => {
  test = await createTestKeystamp();
  for (const [time] of TIMES) {
    for (const column of ['created_at', 'expires_at', 'last_used_at', 'revoked_at']) {
      // Two of each: ties go on over pages.
      for (let i = 0; i < 2; i++) await write(await test.issue({ userId: column }), column, time);
    }
  }
});
afterAll(() => test.close());

async function write({ key }: IssuedApiKey, column: string, time: string): Promise<void> {
  const text = `update keystamp.api_keys set ${column} = $2::text::timestamptz where id = $1`;
  await test.ground.database.query(text, [key.id, time]);
}

async function issueWith(column: string, time: string): Promise<IssuedApiKey> {
  const issued = await test.issue({ userId: 'one' });
  await write(issued, column, time);
  return issued;
}

async function inPages(query: ListQuery): Promise<UserApiKey[]> {
  const keys: UserApiKey[] = [];
  let cursor: string | null = null;
  do {
    const page = await test.keystamp.listApiKeys({
      ...query,
      ...(cursor === null ? {} : { cursor }),
    });
    keys.push(...page.keys);
    cursor = page.nextCursor;
  } while (cursor !== null);
  return keys;
}

describe('a row with a time that JSON does not hold', () => {
  it.each(TIMES)('%s is told as the nearest that it does', async (time, told) => {
    const read = async (column: string) => {
      const { key } = await issueWith(column, time);
      return test.keystamp.getApiKey(key.id);
    };
    expect((await read('created_at'))?.createdAt).toEqual(told);
    expect((await read('last_used_at'))?.lastUsedAt).toEqual(told);
    expect(await read('revoked_at')).toMatchObject({ revokedAt: told, status: 'revoked' });
    const expiresAt = time === 'infinity' ? null : told;
    const status = told.getTime() < Date.now() ? 'expired' : 'active';
    expect(await read('expires_at')).toMatchObject({ expiresAt, status });
  });

  it('is judged by it: an infinite expiry never comes, one before all time has', async () => {
    const [endless, over] = [
      await issueWith('expires_at', 'infinity'),
      await issueWith('expires_at', '-infinity'),
    ];
    expect(await test.keystamp.validateUserApiKey(endless.apiKey)).toMatchObject({
      valid: true,
      key: { expiresAt: null },
    });
    expect(await test.keystamp.validateUserApiKey(over.apiKey)).toMatchObject({
      reason: 'expired',
    });
    const successor = await test.keystamp.rotateApiKey(endless.key.id);
    expect(successor?.key.expiresAt).toBeNull();
  });

  it('is in bulk revocations as it is told, and flushes go on', async () => {
    const rows = await Promise.all(TIMES.map(([time]) => issueWith('last_used_at', time)));
    const seen = await Promise.all(rows.map(({ key }) => test.keystamp.getApiKey(key.id)));
    const asked = seen.map((key) => ({
      id: key?.id as string,
      lastUsedAt: key?.lastUsedAt as Date,
    }));
    const outcomes = await test.keystamp.revokeApiKeys(asked);
    expect(new Set(outcomes.map(({ outcome }) => outcome))).toEqual(new Set(['revoked']));
    const [before, after] = [
      await issueWith('last_used_at', '-infinity'),
      await issueWith('last_used_at', 'infinity'),
    ];
    for (const { apiKey } of [before, after]) await test.keystamp.validateUserApiKey(apiKey);
    await test.keystamp.flush();
    for (const { key } of [before, after]) {
      const usedAt = (await test.keystamp.getApiKey(key.id))?.lastUsedAt?.getTime();
      expect(usedAt).toBeGreaterThan(Date.parse('2026-01-01'));
      expect(usedAt).toBeLessThan(Date.now() + 1_000);
    }
  });
});

it('the begin of tracking is told as the nearest time too', async () => {
  const { database } = test.ground;
  await database.query(`update keystamp.tracking set since = '-infinity'`);
  expect(await trackingTimes(database)).toEqual({ since: FIRST, restoredAt: null });
});

describe('a list of such rows', () => {
  const told = { created_at: 'createdAt', expires_at: 'expiresAt', last_used_at: 'lastUsedAt' };

  it.each(
    (['created_at', 'expires_at', 'last_used_at'] as const).flatMap((sort) =>
      (['asc', 'desc'] as const).flatMap((order) =>
        [1, 5].map((limit) => ({ sort, order, limit })),
      ),
    ),
  )('has each once over its pages, in order, none last: %j', async (query) => {
    const userId = query.sort;
    const whole = (await test.keystamp.listApiKeys({ ...query, userId, limit: 1_000 })).keys;
    const paged = await inPages({ ...query, userId });
    expect(paged.map(({ id }) => id)).toEqual(whole.map(({ id }) => id));
    expect(whole).toHaveLength(2 * TIMES.length);
    const field = told[query.sort] as 'createdAt' | 'expiresAt' | 'lastUsedAt';
    const expected = TIMES.map(([time, at]) =>
      field === 'expiresAt' && time === 'infinity' ? null : at.getTime(),
    );
    const ordered = expected.filter((at) => at !== null).flatMap((at) => [at, at]);
    if (query.order === 'desc') ordered.reverse();
    const nulls = expected.includes(null) ? [null, null] : [];
    expect(whole.map((key) => key[field]?.getTime() ?? null)).toEqual([...ordered, ...nulls]);
  });
});

describe('the text of a moment', () => {
  it('is the same to the microsecond wherever PostgreSQL holds one', async () => {
    const { rows } = await test.ground.database.query<{ us: string; same: string }>(
      `select trunc(extract(epoch from t) * 1000000)::text as us, t::text as same from (
         select '4714-11-24 00:00:00+00 BC'::timestamptz + i * interval '37 months 1 day 1234.567891 s' as t
         from generate_series(0, 96000, 7) as i
       ) as times`,
    );
    const texts = rows.map(({ us }) => timestampText(us));
    const { rows: back } = await test.ground.database.query<{ same: string }>(
      `select t::timestamptz::text as same from unnest($1::text[]) with ordinality as x (t, at) order by at`,
      [texts],
    );
    expect(back.map(({ same }) => same)).toEqual(rows.map(({ same }) => same));
  });
});
