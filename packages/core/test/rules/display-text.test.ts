import { describe, expect, it } from 'vitest';
import {
  DISPLAY_TEXT_PATTERN,
  isName,
  isUserId,
  printableText,
  tidyName,
} from '../../src/rules/index.js';

const DECEPTIVE = [
  '\0',
  '\t',
  '\n',
  '\u0085',
  '\u001b',
  '\u061c',
  '\u200e',
  '\u200f',
  '\u2028',
  '\u2029',
  '\u202a',
  '\u202e',
  '\u2066',
  '\u2069',
  '\ud800',
];

describe('a display text', () => {
  it.each(DECEPTIVE.map((each) => [JSON.stringify(each), each]))('is none with %s', (_, odd) => {
    for (const text of [odd, `a${odd}b`, `${odd}a`, `a${odd}`]) {
      expect([isName(text), isUserId(text), DISPLAY_TEXT_PATTERN.test(text)]).toEqual([
        false,
        false,
        false,
      ]);
    }
    expect(printableText(`a${odd}b`)).toBe('a\ufffdb');
  });

  it.each(['', ' ', '\u00a0\u3000', '\u200b\u2060', '\u00ad', '\ufe0f', '\u{e0041}'])(
    'is none where nothing of it can be seen: %j',
    (text) => {
      expect([isName(text), isUserId(text)]).toEqual([false, false]);
    },
  );

  it.each([
    'Zoë 👩‍💻 O’Neill-李',
    'مثال',
    '日本語の鍵',
    ' spaces around ',
    `'; drop table users; --`,
    'می‌خواهم',
  ])('is %s, in any language', (text) => {
    expect([isName(text), isUserId(text), printableText(text)]).toEqual([true, true, text]);
  });

  it('is the same for every character as by the properties that Unicode gives it', () => {
    const deceptive = String.raw`\p{Cc}\p{Cs}\p{Zl}\p{Zp}\p{Bidi_Control}`;
    const unseen = String.raw`\p{Cf}\p{White_Space}\p{Default_Ignorable_Code_Point}`;
    const byProperties = new RegExp(`^(?=[\\s\\S]*[^${unseen}])[^${deceptive}]*$`, 'u');
    const differ: string[] = [];
    for (let point = 0; point <= 0x10ffff; point++) {
      const one = String.fromCodePoint(point);
      for (const text of [one, `${one}a`, `a${one}`])
        if (DISPLAY_TEXT_PATTERN.test(text) !== byProperties.test(text)) differ.push(text);
    }
    expect(differ).toEqual([]);
  });

  it('has at most 100 characters as a name, 255 as an id, also of two code units', () => {
    expect([isName('👩'.repeat(100)), isName('x'.repeat(101))]).toEqual([true, false]);
    expect([isUserId('👩'.repeat(255)), isUserId('x'.repeat(256))]).toEqual([true, false]);
  });

  it('of which the composed form is the longer one, is as long as that', () => {
    const letter = '\u0958';
    expect(tidyName(letter)).toHaveLength(2);
    expect([isName(letter.repeat(50)), isName(letter.repeat(51))]).toEqual([true, false]);
  });
});
