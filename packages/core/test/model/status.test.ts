import { createTestDatabase, type TestDatabase } from '@keystamp/testing/databases/test-database';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { isActiveSql, type StatusFacts, statusOf, statusSql } from '../../src/model/status.js';
import { decide, isUse } from '../../src/validation/decide.js';

let ground: TestDatabase;
beforeAll(async () => {
  ground = await createTestDatabase();
});
afterAll(() => ground.drop());

const NOW = Date.now();
const HOUR = 3_600_000;
const cases: StatusFacts[] = [null, NOW - HOUR, NOW + HOUR].flatMap((expiresAtMs) =>
  [null, NOW - HOUR].flatMap((revokedAtMs) =>
    [true, false].flatMap((isDisabled) =>
      [true, false].map((userIsActive) => ({ expiresAtMs, revokedAtMs, isDisabled, userIsActive })),
    ),
  ),
);

it.each(cases)('the rule of a status is the same here and in SQL: %o', async (facts) => {
  const { rows } = await ground.database.query<{ status: string; is_active: boolean }>(
    `select ${statusSql} as status, ${isActiveSql} as is_active
     from (select $1::timestamptz as revoked_at, $2::timestamptz as expires_at, $3::timestamptz as disabled_at) as k,
       (select $4::boolean as is_active) as u`,
    [
      toDate(facts.revokedAtMs),
      toDate(facts.expiresAtMs),
      facts.isDisabled ? new Date(0) : null,
      facts.userIsActive,
    ],
  );
  expect(rows[0]?.status).toBe(statusOf(facts, NOW));
  expect(rows[0]?.is_active).toBe(statusOf(facts, NOW) === 'active');
});

it('a key is expired at the very millisecond of its expiry', () => {
  const facts = { revokedAtMs: null, expiresAtMs: NOW, isDisabled: true, userIsActive: true };
  expect(statusOf(facts, NOW)).toBe('expired');
  expect(statusOf({ ...facts, isDisabled: false }, NOW - 1)).toBe('active');
});

it('K2 shape, possession, status and scope decide in this order', () => {
  const good = {
    revokedAtMs: null,
    expiresAtMs: null,
    isDisabled: false,
    userIsActive: true,
    userIsAdmin: false,
    scopes: ['a'],
  };
  const bad = { ...good, revokedAtMs: 1, expiresAtMs: 1, isDisabled: true, userIsActive: false };
  expect(decide('malformed', ['x'], NOW)).toBe('malformed');
  expect(decide('unknown', ['x'], NOW)).toBe('unknown');
  expect(decide(bad, ['x'], NOW)).toBe('revoked');
  expect(decide({ ...bad, revokedAtMs: null }, ['x'], NOW)).toBe('expired');
  expect(decide({ ...bad, revokedAtMs: null, expiresAtMs: null }, ['x'], NOW)).toBe('disabled');
  expect(decide({ ...good, userIsActive: false }, ['x'], NOW)).toBe('user_inactive');
  expect(decide(good, ['a', 'x'], NOW)).toBe('insufficient_scope');
  expect(decide(good, ['a'], NOW)).toBeNull();
  expect(decide({ ...good, scopes: [] }, ['anything'], NOW)).toBeNull();
});

it('a scope of administrators is only in the key that names it, and only while its user is one', () => {
  const facts = { revokedAtMs: null, expiresAtMs: null, isDisabled: false, userIsActive: true };
  const admins = { ...facts, userIsAdmin: true, scopes: ['a', 'x'] };
  const judge = (key: typeof admins, needed: string[]) => decide(key, needed, NOW, ['x']);
  expect(judge(admins, ['x', 'a'])).toBeNull();
  expect(judge({ ...admins, userIsAdmin: false }, ['x'])).toBe('insufficient_scope');
  expect(judge({ ...admins, userIsAdmin: false }, ['a'])).toBeNull();
  expect(judge({ ...admins, scopes: ['a'] }, ['x'])).toBe('insufficient_scope');
  expect(judge({ ...admins, scopes: [] }, ['x'])).toBe('insufficient_scope');
  expect(judge({ ...admins, scopes: [] }, ['a'])).toBeNull();
});

it('G6 only what was authenticated is a use', () => {
  expect([null, 'insufficient_scope' as const].map(isUse)).toEqual([true, true]);
  const refusals = [
    'malformed',
    'unknown',
    'revoked',
    'expired',
    'disabled',
    'user_inactive',
  ] as const;
  expect(refusals.filter(isUse)).toEqual([]);
});

function toDate(ms: number | null): Date | null {
  return ms === null ? null : new Date(ms);
}
