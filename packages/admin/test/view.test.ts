import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { takenOffInWords } from '../src/features/api-keys/filter/in-words.ts';
import {
  changeView,
  filterOfView,
  isFiltered,
  leftOutOf,
  nextSort,
  readView,
  searchOfView,
  takenOff,
  type View,
} from '../src/features/api-keys/filter/view.ts';

const start = readView('');

const anyView: fc.Arbitrary<View> = fc
  .record({
    user: fc.constantFrom('all', 'ada', 'näme & co'),
    q: fc.string({ maxLength: 40 }),
    status: fc.constantFrom(null, 'active', 'disabled', 'expired', 'revoked', 'user_inactive'),
    unusedFor: fc.constantFrom(null, '30d', '90d', '365d', 'never'),
    expiresWithin: fc.constantFrom(null, '30d', 'never'),
    sort: fc.constantFrom('last_used_at', 'created_at', 'name', 'expires_at'),
    order: fc.constantFrom('asc', 'desc'),
    page: fc.integer({ min: 2, max: 5000 }),
    cursor: fc.option(fc.stringMatching(/^[A-Za-z0-9_-]{1,30}$/)),
  })
  .map((view) => ({ ...view, page: view.cursor === null ? 1 : view.page }) as View);

test('the address holds the whole view', () => {
  fc.assert(
    fc.property(anyView, (view) => {
      expect(readView(searchOfView(view))).toEqual(view);
    }),
  );
});

test('a view at its defaults leaves the address alone', () => {
  expect(searchOfView(start)).toBe('');
  expect(isFiltered(start)).toBe(false);
});

test.each([
  '?sort=key_hash&order=sideways&status=odd&unused_for=soon&page=-3',
  '?user=&q=&cursor=&page=9',
  '?unused_for=36501d',
])('what the address cannot mean is left at its default: %s', (search) => {
  expect(readView(search)).toEqual(start);
});

const admin = { id: 'ada', is_admin: true };
const member = { id: 'bob', is_admin: false };

describe('what the address says and the view leaves out is named', () => {
  test.each([
    ['?sort=key_hash&order=sideways&status=odd&unused_for=soon', 'sorting,order,status,unused for'],
    ['?page=9', 'page'],
    ['?status=active&status=revoked', 'status'],
    [`?q=${'x'.repeat(201)}`, 'search'],
    ['?statsu=active&__proto__=1', 'an unknown part'],
  ])('%s', (search, parts) => {
    expect(leftOutOf(search, admin).join()).toBe(parts);
  });

  test('another user, to who is no administrator', () => {
    expect(leftOutOf('?user=ada', member)).toEqual(['user']);
    expect(leftOutOf('?user=all', member)).toEqual(['user']);
    expect(leftOutOf('?user=bob', member)).toEqual([]);
    expect(leftOutOf('?user=bob', admin)).toEqual([]);
  });

  test('and nothing of an address that the page made', () => {
    fc.assert(
      fc.property(anyView, (view) => {
        expect(leftOutOf(searchOfView(view), admin)).toEqual([]);
      }),
    );
    expect(leftOutOf('?user=&q=&cursor=&sort=last_used_at&order=desc', admin)).toEqual([]);
  });
});

test('a change begins at the first page', () => {
  const third = readView('?page=3&cursor=abc');
  expect(changeView(third, { status: 'revoked' })).toMatchObject({ page: 1, cursor: null });
});

describe('of unused keys those come first that were used longest ago', () => {
  const unused = changeView(start, { unusedFor: '90d' });
  test('and the address need not say so', () => {
    expect(unused).toMatchObject({ sort: 'last_used_at', order: 'asc' });
    expect(searchOfView(unused)).toBe('?unused_for=90d');
    expect(readView('?unused_for=90d')).toEqual(unused);
  });

  test('until another order is chosen, and back where the filter goes', () => {
    expect(changeView(unused, { unusedFor: null })).toEqual(start);
    const newest = changeView(unused, nextSort(unused, 'last_used_at'));
    expect(newest.order).toBe('desc');
    expect(changeView(newest, { unusedFor: '30d' }).order).toBe('desc');
    const byName = changeView(start, nextSort(start, 'name'));
    expect(changeView(byName, { unusedFor: '90d' })).toMatchObject({ sort: 'name', order: 'asc' });
  });
});

describe('only active keys can be unused or about to expire', () => {
  const unused = changeView(start, { unusedFor: '90d', expiresWithin: 'never' });
  test('the status active keeps these filters, another takes them off', () => {
    expect(takenOff(unused, { status: 'active' })).toEqual({});
    expect(changeView(unused, { status: 'active' })).toMatchObject({ unusedFor: '90d' });
    expect(takenOff(unused, { status: 'revoked' })).toEqual({
      unusedFor: null,
      expiresWithin: null,
    });
    expect(takenOffInWords(unused, takenOff(unused, { status: 'revoked' }))).toBe(
      '“Unused for 90 days” and “Never expires” were taken off: only active keys can be unused or about to expire.',
    );
  });

  test('they take off another status', () => {
    const revoked = changeView(start, { status: 'revoked' });
    expect(takenOff(revoked, { unusedFor: '30d' })).toEqual({ status: null });
    expect(takenOffInWords(revoked, { status: null })).toMatch(/^“Revoked” was taken off/);
    expect(takenOff(revoked, { unusedFor: null })).toEqual({});
    expect(takenOffInWords(start, {})).toBeNull();
  });
});

describe('the server is asked', () => {
  test('for all keys by administrators, and for no user by others', () => {
    expect(filterOfView(start, true)).toEqual({ user: 'all' });
    expect(filterOfView(readView('?user=grace'), false)).toEqual({});
  });

  test('for what is chosen, without spaces around the search', () => {
    expect(filterOfView(readView('?q=+ci+&status=active&unused_for=90d'), false)).toEqual({
      q: 'ci',
      status: 'active',
      unused_for: '90d',
    });
  });
});

test('a heading sorts its own way first, then the other, and another heading starts anew', () => {
  const byName = { ...start, ...nextSort(start, 'name') };
  expect(byName).toMatchObject({ sort: 'name', order: 'asc' });
  const back = { ...byName, ...nextSort(byName, 'name') };
  expect(back).toMatchObject({ sort: 'name', order: 'desc' });
  expect(nextSort(back, 'created_at')).toEqual({ sort: 'created_at', order: 'desc' });
});
