import { describe, expect, it } from 'vitest';
import { passwordFault } from '../src/rules/credentials.js';

describe('a password that is to be set', () => {
  it.each([
    ['twelve spaces', ' '.repeat(12)],
    ['one character many times', 'a'.repeat(30)],
    ['two characters in turn', 'ABababababab'],
  ])('is refused where it has few different characters: %s', (_name, password) => {
    expect(passwordFault(password, null)).toBe('expected at least 4 different characters');
  });

  it.each([
    ['as it stands in the list', 'password1234'],
    ['in another case', 'PassWord1234'],
    ['in full-width letters', 'ｐａｓｓｗｏｒｄ１２３４'],
    ['with spaces around it', '  password12 '],
    ['with digits and a sign at its end', 'Basketball1!'],
    ['a year after a word', 'dragonball2026'],
  ])('is refused where it is common: %s', (_name, password) => {
    expect(passwordFault(password, null)).toMatch(/^expected a password that is not a common one/);
  });

  it.each([
    'correct horse battery',
    'a long pass phrase',
    'tr0ub4dor-and-3-more',
    '長い秘密の合言葉を使いましょう',
  ])('is taken: %s', (password) => {
    expect(passwordFault(password, 'ada@example.com')).toBeNull();
  });

  it('is refused where it is the address', () => {
    expect(passwordFault('Ada.Lovelace@example.com', 'ada.lovelace@example.com')).toBe(
      'expected something else than the address',
    );
  });
});
