import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createKeyServer, type KeyServer } from '../support/key-server.js';
import { jsonText } from '../support/test-server.js';

let server: KeyServer;
let id: string;
let pasted: string;

beforeAll(async () => {
  server = await createKeyServer();
  const issued = await server.issue({ scopes: ['a'] });
  id = issued.key.id;
  pasted = issued.apiKey;
});
afterAll(() => server.close());

const NAMES: [string, unknown][] = [
  ['a number', 5],
  ['null', null],
  ['a list', ['x']],
  ['an object', {}],
  ['nothing', ''],
  ['spaces alone', ' \t '],
  ['101 characters', 'x'.repeat(101)],
  ['a line feed', 'a\nb'],
  ['NUL', 'a\u0000b'],
  ['an escape sequence', '\u001b[31mred'],
  ['a lone surrogate', 'a\ud800b'],
  ['a bidirectional override', 'a\u202eb'],
  ['a mark of direction', 'a\u200fb'],
  ['a line separator', 'a\u2028b'],
  ['what cannot be seen', '\u200b\u200d'],
];
const SCOPES: [string, unknown, string?][] = [
  ['text', 'orders:read'],
  ['null', null],
  ['51 scopes', Array.from({ length: 51 }, (_, i) => `s${i}`)],
  ['a number among them', ['a', 5], 'scopes[1]'],
  ['an empty one', ['a', ''], 'scopes[1]'],
  ['one with a space', ['a b'], 'scopes[0]'],
  ['one with a quote', ['a"b'], 'scopes[0]'],
  ['one with a backslash', ['a\\b'], 'scopes[0]'],
  ['one beyond ASCII', ['ordrés'], 'scopes[0]'],
  ['one of 101 characters', ['x'.repeat(101)], 'scopes[0]'],
];
const EXPIRIES: [string, unknown][] = [
  ['a number', 1893456000],
  ['true', true],
  ['nothing', ''],
  ['a word', 'tomorrow'],
  ['a day', '2030-01-31'],
  ['a time without a zone', '2030-01-31T12:00:00'],
  ['a day that there is not', '2030-02-30T12:00:00Z'],
  ['a leap second', '2030-12-31T23:59:60Z'],
  ['a year of five digits', '12030-01-31T12:00:00Z'],
  ['a past time', '2020-01-31T12:00:00Z'],
  ['infinity', 'infinity'],
];
const USER_IDS: [string, unknown][] = [
  ['a number', 7],
  ['nothing', ''],
  ['256 characters', 'u'.repeat(256)],
  ['NUL', 'a\u0000b'],
  ['a lone surrogate', '\udc00'],
  ['a line feed', 'a\nb'],
  ['a bidirectional override', 'a\u202eb'],
  ['a line separator', 'a\u2028b'],
  ['what cannot be seen', '\u200b\u200d'],
];
const GRACES: [string, unknown][] = [
  ['text', '60'],
  ['a fraction', 1.5],
  ['less than nothing', -1],
  ['31 days', 31 * 86_400],
  ['for ever', 1e300],
];

const NOTES: [string, unknown][] = [
  ['a number', 5],
  ['a list', ['x']],
  ['501 characters', 'x'.repeat(501)],
  ['NUL', 'a\u0000b'],
  ['a carriage return alone', 'a\rb'],
  ['a lone surrogate', 'a\ud800b'],
  ['a bidirectional override', 'a\u202eb'],
];
const METADATA: [string, unknown, string?][] = [
  ['text', 'team=billing'],
  ['null', null],
  ['a list', ['x']],
  ['17 pairs', Object.fromEntries(Array.from({ length: 17 }, (_, i) => [`n${i}`, 'x']))],
  ['a name of 41 characters', { ['n'.repeat(41)]: 'x' }],
  ['an empty name', { '': 'x' }],
  ['a name with a space', { 'a b': 'x' }],
  ['a number as a value', { team: 5 }, 'metadata.team'],
  ['null as a value', { team: null }, 'metadata.team'],
  ['an object as a value', { team: {} }, 'metadata.team'],
  ['a value of 201 characters', { team: 'x'.repeat(201) }, 'metadata.team'],
  ['a line feed in a value', { team: 'a\nb' }, 'metadata.team'],
  ['NUL in a value', { team: 'a\u0000b' }, 'metadata.team'],
];

interface Case {
  readonly name: string;
  readonly method: 'POST' | 'PATCH';
  readonly suffix: string;
  readonly payload: object;
  readonly field: string;
}

function casesOf(
  method: Case['method'],
  suffix: string,
  field: string,
  values: readonly [string, unknown, string?][],
  base: object = {},
): Case[] {
  return values.map(([what, value, wrong = field]) => ({
    name: `${field}: ${what}`,
    method,
    suffix,
    payload: { ...base, [field]: value },
    field: wrong,
  }));
}

const named = { name: 'A key' };
const CASES: Case[] = [
  ...casesOf('POST', '', 'name', NAMES),
  ...casesOf('POST', '', 'scopes', SCOPES, named),
  ...casesOf('POST', '', 'expires_at', EXPIRIES, named),
  ...casesOf('POST', '', 'user_id', USER_IDS, named),
  ...casesOf('POST', '', 'note', NOTES, named),
  ...casesOf('POST', '', 'metadata', METADATA, named),
  ...casesOf('POST', '', 'colour', [['an unknown field', 'red']], named),
  ...casesOf('POST', '', 'last_used_at', [['an unknown field', null]], named),
  { name: 'name: missing', method: 'POST', suffix: '', payload: {}, field: 'name' },
  ...casesOf('PATCH', '/:id', 'name', NAMES),
  ...casesOf('PATCH', '/:id', 'scopes', SCOPES),
  ...casesOf('PATCH', '/:id', 'expires_at', EXPIRIES),
  ...casesOf('PATCH', '/:id', 'user_id', [['null', null], ...USER_IDS]),
  ...casesOf('PATCH', '/:id', 'note', NOTES),
  ...casesOf('PATCH', '/:id', 'metadata', METADATA),
  ...casesOf('PATCH', '/:id', 'disabled_at', [['an unknown field', null]]),
  ...casesOf('PATCH', '/:id', 'revoked_at', [['an unknown field', null]]),
  { name: 'nothing to change', method: 'PATCH', suffix: '/:id', payload: {}, field: 'body' },
  ...casesOf('POST', '/:id/rotate', 'grace_seconds', GRACES),
  ...casesOf('POST', '/:id/rotate', 'scopes', [['an unknown field', []]]),
  ...casesOf('POST', '/:id/revoke', 'reason', [['an unknown field', 'leaked']]),
  ...casesOf('POST', '/:id/disable', 'reason', [['an unknown field', 'unused']]),
  ...casesOf('POST', '/:id/enable', 'reason', [['an unknown field', 'in use']]),
];

function send({ method, suffix, payload }: Case) {
  return server.ask({
    method,
    url: `/api/api-keys${suffix.replace(':id', id)}`,
    cookie: server.ada.cookie,
    payload,
  });
}

describe('K6: bad input names the field, says what was expected, and changes nothing', () => {
  describe.each(['POST', 'PATCH'] as const)('%s', (method) => {
    const some = CASES.filter((each) => each.method === method);
    it.each(some.map((each) => [`/api/api-keys${each.suffix}`, each.name, each] as const))(
      '%s, %s',
      async (_route, _name, each) => {
        const before = await server.rows();
        const answer = await send(each);
        expect(answer.statusCode).toBe(400);
        expect(answer.headers['content-type']).toBe('application/problem+json');
        const { errors, detail } = answer.json();
        expect(errors.map(({ field }: { field: string }) => field)).toContain(each.field);
        for (const { message } of errors) expect(message).toMatch(/expected \S/);
        expect(detail).toContain(each.field);
        expect(await server.rows()).toEqual(before);
      },
    );
  });

  it.each(['POST', 'PATCH'] as const)(
    '%s refuses a key as a name, and does not repeat it',
    async (method) => {
      const before = await server.rows();
      const suffix = method === 'POST' ? '' : '/:id';
      const answer = await send({
        name: '',
        method,
        suffix,
        payload: { name: `key ${pasted}` },
        field: '',
      });
      expect(answer.statusCode).toBe(400);
      expect(answer.json().errors[0].field).toBe('name');
      expect(answer.body).not.toContain(pasted);
      expect(await server.rows()).toEqual(before);
    },
  );

  const BODIES = [
    ['POST', ''],
    ['PATCH', '/:id'],
    ['POST', '/:id/rotate'],
    ['POST', '/:id/disable'],
    ['POST', '/:id/enable'],
    ['POST', '/:id/revoke'],
    ['POST', '/bulk-revoke'],
    ['POST', '/bulk-disable'],
  ] as const;
  const BAD_BODIES = [
    ['malformed JSON', jsonText('{"name": "x"'), 400],
    ['JSON null', jsonText('null'), 400],
    ['a list', jsonText('[]'), 400],
    ['text', jsonText('"name"'), 400],
    ['a poisoned prototype', jsonText('{"__proto__": {"name": "x"}, "name": "x"}'), 400],
    ['bytes that are no UTF-8', { ...jsonText(''), payload: Buffer.from([0x22, 0xff, 0x22]) }, 400],
    [
      'a form',
      { payload: 'name=x', headers: { 'content-type': 'application/x-www-form-urlencoded' } },
      415,
    ],
    ['text/plain', { payload: '{"name":"x"}', headers: { 'content-type': 'text/plain' } }, 415],
    ['too much', jsonText(JSON.stringify({ name: 'x'.repeat(300_000) })), 413],
  ] as const;

  describe.each(BODIES)('%s /api/api-keys%s', (method, suffix) => {
    it.each(BAD_BODIES)('%s', async (_name, body, status) => {
      const before = await server.rows();
      const answer = await server.ask({
        method,
        url: `/api/api-keys${suffix.replace(':id', id)}`,
        cookie: server.ada.cookie,
        ...body,
      });
      expect(answer.statusCode).toBe(status);
      expect(answer.headers['content-type']).toBe('application/problem+json');
      expect(answer.json().detail).toMatch(/\w/);
      expect(await server.rows()).toEqual(before);
    });
  });

  it('names every wrong field at once', async () => {
    const answer = await send({
      name: '',
      method: 'POST',
      suffix: '',
      payload: { name: '', scopes: ['a b'], expires_at: 'soon', colour: 'red' },
      field: '',
    });
    const fields = answer.json().errors.map(({ field }: { field: string }) => field);
    expect(fields.sort()).toEqual(['colour', 'expires_at', 'name', 'scopes[0]']);
  });
});
