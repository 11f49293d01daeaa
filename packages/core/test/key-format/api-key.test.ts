import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  checkLabel,
  generateApiKey,
  hashApiKey,
  keyHashBytes,
} from '../../src/key-format/api-key.js';
import {
  API_KEY_PATTERN,
  BASE62,
  checksumOf,
  isApiKeyShape,
} from '../../src/key-format/api-key-shape.js';

describe('the shape of a key', () => {
  it('is label, underscore, 43 base62 characters and the CRC-32 of all before in 6 more', () => {
    const { apiKey, keyPrefix } = generateApiKey('ks');
    expect(apiKey).toMatch(/^ks_[0-9A-Za-z]{49}$/);
    expect(keyPrefix).toBe(apiKey.slice(0, 9));
    const value = [...apiKey.slice(-6)].reduce((sum, c) => sum * 62 + BASE62.indexOf(c), 0);
    expect(value).toBe(crc32(apiKey.slice(0, -6)));
  });

  it('agrees with zlib over any text', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[ -~]{0,80}$/), (text) => {
        const value = [...checksumOf(text)].reduce((sum, c) => sum * 62 + BASE62.indexOf(c), 0);
        expect(value).toBe(crc32(text));
      }),
    );
  });

  it('is recognised under any label', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z][a-z0-9]{0,15}$/), (label) => {
        const { apiKey } = generateApiKey(label);
        expect(isApiKeyShape(apiKey)).toBe(true);
        expect(apiKey).toMatch(API_KEY_PATTERN);
      }),
    );
  });

  it('is lost by any change of one character', () => {
    const { apiKey } = generateApiKey('ks');
    for (let i = 0; i < apiKey.length; i++) {
      for (const c of ['0', 'Z', 'a', '_', ' ', '\0', 'é', '\u{1F511}'.charAt(0)]) {
        if (apiKey[i] === c) continue;
        expect(isApiKeyShape(apiKey.slice(0, i) + c + apiKey.slice(i + 1)), `${i} ${c}`).toBe(
          false,
        );
      }
    }
  });

  it.each([
    '',
    'ks_',
    'Bearer',
    '_'.repeat(52),
    'k'.repeat(52),
    `KS_${'a'.repeat(49)}`,
    `1s_${'a'.repeat(49)}`,
    'x'.repeat(100_000),
  ])('is not that of %j', (text) => {
    expect(isApiKeyShape(text)).toBe(false);
  });
});

describe('making keys', () => {
  it('never gives the same key twice, and uses all of the alphabet', () => {
    const keys = Array.from({ length: 2_000 }, () => generateApiKey('ks').apiKey);
    expect(new Set(keys).size).toBe(keys.length);
    expect(new Set(keys.flatMap((key) => [...key.slice(4, 46)])).size).toBe(62);
  });

  it('keeps of a key its SHA-256, the value that sha256() of the text has', () => {
    const { apiKey, keyHash } = generateApiKey('ks');
    expect(keyHash).toBe(hashApiKey(apiKey));
    expect(keyHashBytes(keyHash)).toEqual(createHash('sha256').update(apiKey).digest());
  });

  it.each(['', 'Ks', '1k', 'k_s', 'k-s', 'a'.repeat(17), 7, null])(
    'refuses the label %j',
    (label) => {
      expect(() => checkLabel(label)).toThrow(/label: expected 1 to 16 lower-case/);
    },
  );
});
