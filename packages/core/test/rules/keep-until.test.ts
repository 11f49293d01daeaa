import { afterAll, beforeAll, expect, it } from 'vitest';
import { isKept } from '../../src/rules/index.js';
import { createTestKeystamp, type TestKeystamp } from '../support/keystamp.js';

let test: TestKeystamp;
beforeAll(async () => {
  test = await createTestKeystamp();
});
afterAll(() => test.close());

/** Each with a moment just before its end and one at it; null: it has none. */
const CASES: readonly [keepUntil: string, end: string | null][] = [
  ['2027-01-31', '2027-02-01T00:00:00.000Z'],
  ['2028-02-29', '2028-03-01T00:00:00.000Z'],
  ['2027-01-31T12:00:00Z', '2027-01-31T12:00:00.000Z'],
  ['2027-01-31T12:00', '2027-01-31T12:00:00.000Z'],
  ['2027-01-31T12:00:30.5+02:00', '2027-01-31T10:00:30.500Z'],
  ['2027-02-29', null],
  ['2027-13-01', null],
  ['0000-01-01', null],
  ['2027-01-01T25:00:00Z', null],
  ['2027-02-30T12:00:00Z', null],
  ['next year', null],
  ['', null],
];

it.each(CASES)('%j keeps a key until its end', (keepUntil, end) => {
  const metadata = { 'keep-until': keepUntil };
  const at = end === null ? Date.parse('9999-01-01') : Date.parse(end);
  expect(isKept(metadata, new Date(at - 1))).toBe(true);
  expect(isKept(metadata, new Date(at))).toBe(end === null);
});

it('no keep-until keeps nothing', () => {
  expect(isKept({ team: 'billing' }, new Date(0))).toBe(false);
});

it('the database has the same rule', async () => {
  const text = `select nullif(keystamp.keep_until(jsonb_build_object('keep-until', said)), 'infinity') as until
    from unnest($1::text[]) with ordinality as given (said, place) order by place`;
  const said = CASES.map(([keepUntil]) => keepUntil);
  const { rows } = await test.ground.database.query<{ until: Date | null }>(text, [said]);
  const ends = CASES.map(([, end]) => (end === null ? null : new Date(end)));
  expect(rows.map(({ until }) => until)).toEqual(ends);
});
