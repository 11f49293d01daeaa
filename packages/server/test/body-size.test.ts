import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createKeyServer, type KeyServer, NOWHERE } from './support/key-server.js';
import { createTestServer, jsonText } from './support/test-server.js';

let server: KeyServer;

beforeAll(async () => {
  server = await createKeyServer();
});
afterAll(() => server.close());

function unknownNames(count: number): string {
  return JSON.stringify(Object.fromEntries(Array.from({ length: count }, (_, i) => [`x${i}`, 0])));
}

describe('a body larger than its route needs', () => {
  it.each([
    ['POST', '/api/auth/login'],
    ['PUT', '/api/auth/password'],
    ['POST', '/api/users'],
    ['PATCH', '/api/users/x'],
    ['POST', '/api/api-keys'],
    ['PATCH', `/api/api-keys/${NOWHERE}`],
    ['POST', `/api/api-keys/${NOWHERE}/rotate`],
    ['POST', `/api/api-keys/${NOWHERE}/revoke`],
  ] as const)('413: %s %s', async (method, url) => {
    const answer = await server.ask({
      method,
      url,
      cookie: server.ada.cookie,
      ...jsonText(unknownNames(3_000)),
    });
    expect(answer.statusCode).toBe(413);
  });

  it('413: POST /api/setup, where there is no administrator yet', async () => {
    const fresh = await createTestServer();
    try {
      const body = jsonText(unknownNames(3_000));
      const answer = await fresh.send({ method: 'POST', url: '/api/setup', ...body });
      expect(answer.statusCode).toBe(413);
    } finally {
      await fresh.close();
    }
  });

  it('413: POST /oauth2/revoke', async () => {
    const answer = await server.ask({
      method: 'POST',
      url: '/oauth2/revoke',
      payload: `token=x&pad=${'x'.repeat(20_000)}`,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    });
    expect(answer.statusCode).toBe(413);
  });
});

describe('a body of many values', () => {
  const bulkRevoke = (text: string) =>
    server.ask({
      method: 'POST',
      url: '/api/api-keys/bulk-revoke',
      cookie: server.ada.cookie,
      ...jsonText(text),
    });

  it('200: a revocation of 1,000 keys is taken', async () => {
    const keys = Array.from({ length: 1_000 }, (_, i) => ({
      id: `00000000-0000-4000-8000-${String(i).padStart(12, '0')}`,
      last_used_at: '2026-01-31T12:00:00.000Z',
    }));
    expect((await bulkRevoke(JSON.stringify({ keys }, null, 2))).statusCode).toBe(200);
  });

  it('400: a list that is too long is refused by its length alone', async () => {
    const answer = await bulkRevoke(`{"keys":[${Array(120_000).fill('1').join()}]}`);
    expect(answer.statusCode).toBe(400);
    expect(answer.json().errors).toEqual([
      { field: 'keys', message: expect.stringContaining('1 to 1,000 keys') },
    ]);
  });

  it.each([
    ['wrong items', `{"keys":[${Array(1_000).fill('1,2').join().slice(0, 1_999)}]}`, 'keys[0]'],
    ['unknown fields', unknownNames(20_000), 'keys'],
    ['unknown fields in an item', `{"keys":[${unknownNames(20_000)}]}`, 'keys[0].id'],
    ['nested lists', `{"keys":${'['.repeat(100_000)}${']'.repeat(100_000)}}`, 'keys[0]'],
  ])('400: %s beyond what is small are told by the first alone', async (_name, text, field) => {
    const answer = await bulkRevoke(text);
    expect(answer.statusCode).toBe(400);
    expect(answer.json().errors).toHaveLength(1);
    expect(answer.json().errors[0].field).toBe(field);
  });

  it('400: an ordinary one is told of all wrong fields', async () => {
    const answer = await bulkRevoke('{"keys":[1,{"id":"x","last_used_at":null},2],"other":0}');
    const fields = answer.json().errors.map(({ field }: { field: string }) => field);
    expect(fields.sort()).toEqual(['keys[0]', 'keys[1].id', 'keys[2]', 'other']);
  });
});
