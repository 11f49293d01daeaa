import { expect, it } from 'vitest';
import { readDays } from '../../src/rules/index.js';

it.each([
  ['1d', 1],
  ['90d', 90],
  ['36500d', 36_500],
  ['never', 'never'],
])('%s is %s', (text, days) => {
  expect(readDays(text)).toBe(days);
});

it.each([
  '36501d',
  '99999d',
  '0d',
  '01d',
  '-1d',
  '1.5d',
  '90',
  'd',
  '',
  ' 90d',
  '90d\n',
  '٩d',
  'NEVER',
])('%j names no days', (text) => {
  expect(readDays(text)).toBeNull();
});
