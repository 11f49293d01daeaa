import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { nameProblem } from '../src/features/account/name-rule.ts';
import { hashInBrowser } from '../src/features/api-keys/filter/hash-in-browser.ts';
import { judgeSearchText } from '../src/features/api-keys/filter/search-text.ts';
import { wholeKey } from './support/api-keys.ts';

const apiKey = wholeKey();

describe('a whole key is caught', () => {
  test.each([
    apiKey,
    ` ${apiKey}\n`,
    `Authorization: Bearer ${apiKey}`,
    `X-API-Key:${apiKey}`,
    `API_KEY="${apiKey}"`,
    `https://example.com/?token=${apiKey}&x=1`,
    `${apiKey}0`,
  ])('in %j', (text) => {
    expect(judgeSearchText(text)).toEqual({ kind: 'key', apiKey, prefix: 'ks_xxxxxx' });
  });

  test('with another label', () => {
    const other = wholeKey('acme2', 'Q');
    expect(judgeSearchText(`key=${other}`)).toEqual({
      kind: 'key',
      apiKey: other,
      prefix: 'acme2_QQQQQQ',
    });
  });

  test('with a label of 16 characters, and after letters that are none of it', () => {
    const long = wholeKey('abcdefghijklmnop', 'Q');
    expect(judgeSearchText(long)).toMatchObject({ kind: 'key', apiKey: long });
  });
});

describe('a part of a key is caught', () => {
  test.each([
    ['one character short', apiKey.slice(0, -1)],
    ['half of it', apiKey.slice(0, 25)],
    ['a typo in it', `${apiKey.slice(0, 20)}y${apiKey.slice(21)}`],
  ])('%s', (_how, text) => {
    expect(judgeSearchText(text)).toEqual({ kind: 'part_of_key', prefix: 'ks_xxxxxx' });
  });
});

describe('what the server would refuse as a key is caught, where it has no prefix', () => {
  test.each([
    ['its label in capitals', apiKey.replace('ks_', 'KS_')],
    ['its label lost', apiKey.slice(2)],
    ['its label mistyped', apiKey.replace('ks_', 'k$_')],
    ['in a header, one character short', `X-API-Key: K${apiKey.slice(2, -1)}`],
  ])('%s', (_how, text) => {
    expect(judgeSearchText(text)).toEqual({ kind: 'part_of_key', prefix: '' });
  });
});

describe('a name', () => {
  test.each([apiKey, `key ${apiKey}`, apiKey.slice(0, -8), apiKey.replace('ks_', 'KS_')])(
    'that may be a key is refused before it is sent: %s',
    (name) => {
      expect(nameProblem(name)).toBe(
        'That looks like an API key. Give a name, which others may see.',
      );
    },
  );

  test.each(['CI', 'nightly_export_of_all_orders', 'ks_xxxxxx'])('is taken: %s', (name) => {
    expect(nameProblem(name)).toBeUndefined();
  });
});

test.each(['ks_xxxxxx', 'ci_deployment', 'nightly_report_2026', 'ada@example.com', '', 'backup-3'])(
  '%j is looked for as it is',
  (q) => {
    expect(judgeSearchText(q)).toEqual({ kind: 'text', q });
  },
);

test('K1 whatever stands around a key, no more than its prefix goes on as text', () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (before, after) => {
      const judged = judgeSearchText(`${before}${apiKey}${after}`);
      expect(judged.kind).not.toBe('text');
    }),
  );
});

test("the browser's hash is the one that the database holds", () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      expect(hashInBrowser(text)).toBe(createHash('sha256').update(text).digest('hex'));
    }),
  );
});
