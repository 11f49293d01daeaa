import { describe, expect, it } from 'vitest';
import { readBasic } from '../../src/http/basic-password.js';
import { challengeOf } from '../../src/http/carriers.js';
import { type Carrier, credentialsOfHeaders, findApiKey, placesOf } from '../../src/http/index.js';
import { generateApiKey } from '../../src/key-format/api-key.js';

const { apiKey } = generateApiKey('ks');
const accept = (...carriers: Carrier[]) => ({ carriers, realm: 'K' });
const base64 = (text: string | Buffer) => Buffer.from(text).toString('base64');

describe('HTTP Basic (RFC 7617)', () => {
  it.each<[string, string, { name: string; password: string } | null]>([
    [
      'the example of §2',
      'QWxhZGRpbjpvcGVuIHNlc2FtZQ==',
      { name: 'Aladdin', password: 'open sesame' },
    ],
    ['the example of §2.1, in UTF-8', 'dGVzdDoxMjPCow==', { name: 'test', password: '123£' }],
    ['a colon in the password', base64('a:b:c'), { name: 'a', password: 'b:c' }],
    ['neither name nor password', base64(':'), { name: '', password: '' }],
    ['no padding', base64('ab:c').replaceAll('=', ''), { name: 'ab', password: 'c' }],
    ['no colon', base64('ab'), null],
    ['nothing', '', null],
    ['Latin-1', base64(Buffer.from('a:£', 'latin1')), null],
    ['a line break', base64('a:b\r\nc'), null],
    ['a NUL', base64('a\0:b'), null],
    ['a character that is not base64', 'YTpi!', null],
    ['two parts', 'YTpi YTpi', null],
  ])('%s', (_name, credentials, expected) => {
    expect(readBasic(credentials)).toEqual(expected);
  });
});

describe('the challenge of a 401', () => {
  it.each<[Carrier[], string, string]>([
    [['x-api-key', 'bearer'], 'Bearer', 'Bearer error="e"'],
    [
      ['bearer', 'x-api-key', 'basic'],
      'Basic realm="K", charset="UTF-8", Bearer',
      'Basic realm="K", charset="UTF-8", Bearer error="e"',
    ],
    [['basic'], 'Basic realm="K", charset="UTF-8"', 'Basic realm="K", charset="UTF-8"'],
    [['x-api-key'], 'ApiKey realm="K"', 'ApiKey realm="K"'],
  ])('%j: %s', (carriers, without, withError) => {
    expect(challengeOf(accept(...carriers), null)).toBe(without);
    expect(challengeOf(accept(...carriers), 'e')).toBe(withError);
  });
});

it.each<[Carrier[], string]>([
  [['basic'], 'the password of Authorization: Basic'],
  [['bearer', 'x-api-key'], 'X-API-Key or Authorization: Bearer'],
  [
    ['basic', 'bearer', 'x-api-key'],
    'X-API-Key, Authorization: Bearer or the password of Authorization: Basic',
  ],
])('%j: %s', (carriers, places) => {
  expect(placesOf(accept(...carriers))).toBe(places);
});

describe('a key is found in the carriers that are accepted, and in no other', () => {
  const CARRYING: Record<Carrier, [string, string]> = {
    'x-api-key': ['x-api-key', apiKey],
    bearer: ['authorization', `Bearer ${apiKey}`],
    basic: ['authorization', `Basic ${base64(`any:${apiKey}`)}`],
  };
  const carriers = Object.keys(CARRYING) as Carrier[];

  it.each(carriers)('%s', (carrier) => {
    const credentials = credentialsOfHeaders(new Headers([CARRYING[carrier]]));
    expect(findApiKey(credentials, undefined, accept(carrier))).toEqual({ found: true, apiKey });
    for (const other of carriers.filter((each) => each !== carrier)) {
      const elsewhere = findApiKey(credentials, undefined, accept(other));
      expect(elsewhere).toMatchObject({ found: false, problem: { status: 401 } });
      expect(JSON.stringify(elsewhere)).not.toContain(apiKey);
    }
  });

  it('two lines of Basic are one too many, also where web Headers have joined them', () => {
    const headers = new Headers([CARRYING.basic, CARRYING.basic]);
    const found = findApiKey(credentialsOfHeaders(headers), undefined, accept('basic'));
    expect(found).toMatchObject({ found: false, problem: { status: 400 } });
  });
});
