import { describe, expect, it } from 'vitest';
import { credentialsOfHeaders, credentialsOfRawHeaders, findApiKey } from '../../src/http/index.js';

type Lines = [name: string, value: string][];

/** The key that is found, null for none, `twice` where it is open which one counts. */
function found(credentials: ReturnType<typeof credentialsOfHeaders>) {
  const presented = findApiKey(credentials);
  return presented.found ? presented.apiKey : 'twice';
}

describe('a key is found alike in raw header lines and in web Headers', () => {
  it.each<[Lines, string | null]>([
    [[], null],
    [[['x-api-key', 'k']], 'k'],
    [[['X-Api-Key', '  k ']], 'k'],
    [[['x-api-key', '']], ''],
    [[['authorization', 'Bearer k']], 'k'],
    [[['authorization', 'bearer\tk']], 'k'],
    [[['authorization', 'Bearer']], ''],
    [[['authorization', 'Bearerk']], null],
    [[['authorization', 'Basic YTpi']], null],
    [[['authorization', 'Digest username="a", realm="bearer"']], null],
    [[['authorization', 'AWS4-HMAC-SHA256 Credential=a, SignedHeaders=b, Signature=c']], null],
    [
      [
        ['x-api-key', 'k'],
        ['authorization', 'Digest username="a", realm="b"'],
      ],
      'k',
    ],
    [
      [
        ['x-api-key', 'k'],
        ['x-api-key', 'k'],
      ],
      'twice',
    ],
    [
      [
        ['authorization', 'Bearer k'],
        ['authorization', 'Bearer k'],
      ],
      'twice',
    ],
    [
      [
        ['authorization', 'Digest username="a", realm="b"'],
        ['Authorization', 'bearer k'],
      ],
      'twice',
    ],
    [
      [
        ['authorization', 'Bearer k'],
        ['authorization', 'Basic YTpi'],
      ],
      'twice',
    ],
    [
      [
        ['x-api-key', 'k'],
        ['authorization', 'Bearer other'],
      ],
      'twice',
    ],
    [
      [
        ['x-api-key', 'k'],
        ['authorization', 'Bearer k'],
      ],
      'k',
    ],
  ])('%j: %j', (lines, expected) => {
    expect(found(credentialsOfRawHeaders(lines.flat()))).toBe(expected);
    expect(found(credentialsOfHeaders(new Headers(lines)))).toBe(expected);
  });
});
