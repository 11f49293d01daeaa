import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createKeyServer, type KeyServer } from '../support/key-server.js';

let server: KeyServer;
beforeAll(async () => {
  server = await createKeyServer();
});
afterAll(() => server.close());

const post = (url: string, value: string, payload: object, cookie = server.bob.cookie) =>
  server.ask({ method: 'POST', url, payload, cookie, headers: { 'idempotency-key': value } });
const create = (value: string, payload: object = { name: 'CI' }, cookie = server.bob.cookie) =>
  post('/api/api-keys', value, payload, cookie);
const verify = async (key: string) => (await server.ask({ url: '/verify', key })).statusCode;

describe('K10 Idempotency-Key on POST /api/api-keys', () => {
  it('201 with the same key and a new text, written to the log as that', async () => {
    const value = randomUUID();
    const first = (await create(value)).json();
    const again = await create(value);
    expect(again.statusCode).toBe(201);
    expect(again.json().info.id).toBe(first.info.id);
    expect(await verify(first.api_key)).toBe(401);
    expect(await verify(again.json().api_key)).toBe(204);
    const lines = server.logged.map((line) => JSON.parse(line));
    const told = lines.filter(({ key }) => key === first.info.id).map(({ msg }) => msg);
    expect(told).toEqual(['API key created', 'API key reissued']);
    expect(server.logged.join('')).not.toContain(value);
  });

  it('201 with a key of their own for each user who sends the value', async () => {
    const value = randomUUID();
    const mine = (await create(value)).json();
    const hers = (await create(value, { name: 'CI' }, server.ada.cookie)).json();
    expect(hers.info.id).not.toBe(mine.info.id);
  });

  it.each([
    ['nothing', ''],
    ['a space', 'a b'],
    ['256 characters', 'x'.repeat(256)],
  ])('400 for %s, with the name of the header', async (_, value) => {
    const answer = await create(value);
    expect(answer.statusCode).toBe(400);
    expect(answer.json().errors).toMatchObject([{ field: 'idempotency-key' }]);
  });

  it('409 once the key was used', async () => {
    const value = randomUUID();
    await verify((await create(value)).json().api_key);
    const answer = await create(value);
    expect(answer.statusCode).toBe(409);
    expect(answer.json()).toMatchObject({ type: 'urn:keystamp:problem:idempotency_conflict' });
    expect(answer.json().detail).toContain('has been used');
  });

  it('422 for other content', async () => {
    const value = randomUUID();
    await create(value);
    const answer = await create(value, { name: 'CD' });
    expect(answer.statusCode).toBe(422);
    expect(answer.json()).toMatchObject({ type: 'urn:keystamp:problem:idempotency_key_reused' });
  });
});

it('K10 Idempotency-Key on rotate: 201 with the same successor, then 409 once it was used', async () => {
  const { key } = await server.issue();
  const value = randomUUID();
  const rotate = () => post(`/api/api-keys/${key.id}/rotate`, value, { grace_seconds: 60 });
  const first = (await rotate()).json();
  const again = (await rotate()).json();
  expect(again.info.id).toBe(first.info.id);
  expect(await verify(again.api_key)).toBe(204);
  expect((await rotate()).statusCode).toBe(409);
});

it('the API document names the header at both requests', async () => {
  const { paths } = (await server.app.inject({ url: '/openapi.json' })).json();
  for (const path of ['/api/api-keys', '/api/api-keys/{id}/rotate']) {
    expect(paths[path].post.parameters).toContainEqual(
      expect.objectContaining({ name: 'idempotency-key', in: 'header', required: false }),
    );
    expect(paths[path].post.description).toContain('idempotency_key_reused');
  }
});
