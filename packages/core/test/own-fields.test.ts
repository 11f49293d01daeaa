import fastify from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { authenticate, credentialsOfHeaders } from '../src/http/index.js';
import { authenticateApiKey } from '../src/middleware/fastify.js';
import { checkFields } from '../src/model/known-fields.js';
import { createTestKeystamp, type TestKeystamp } from './support/keystamp.js';

let test: TestKeystamp;
beforeAll(async () => {
  test = await createTestKeystamp();
});
afterAll(() => test.close());

/** Some other code of the service adds a field to every object, by mistake or by JSON that it merged. */
async function whilePolluted<T>(fields: object, work: () => Promise<T>): Promise<T> {
  const everything = Object.prototype as unknown as Record<string, unknown>;
  Object.assign(everything, fields);
  try {
    return await work();
  } finally {
    for (const name of Object.keys(fields)) delete everything[name];
  }
}

function presented(headers: Record<string, string> = {}) {
  return { request: {}, url: '/', credentials: credentialsOfHeaders(new Headers(headers)) };
}

describe('a field that all objects inherit is nobody’s option', () => {
  it('admits no request without a key by `optional`', async () => {
    const outcome = await whilePolluted({ optional: true }, () =>
      authenticate(test.keystamp, presented(), {}),
    );
    expect(outcome).toMatchObject({ admitted: false, problem: { status: 401 } });
  });

  it('opens no route of Fastify by `apiKey` or `optional`', async () => {
    const { apiKey } = await test.issue({ scopes: ['orders:read'] });
    const statuses = await whilePolluted(
      { apiKey: false, optional: true, scopes: [] },
      async () => {
        const app = fastify();
        await app.register(authenticateApiKey, { keystamp: test.keystamp, scopes: ['admin'] });
        app.get('/plain', async () => 'in');
        app.get('/requiring', { config: { apiKey: { scopes: ['admin'] } } }, async () => 'in');
        const answers = [
          await app.inject('/plain'),
          await app.inject({ url: '/plain', headers: { 'x-api-key': apiKey } }),
          await app.inject('/requiring'),
        ];
        await app.close();
        return answers.map(({ statusCode }) => statusCode);
      },
    );
    expect(statuses).toEqual([401, 403, 401]);
  });

  it('changes no validation by `scopes`, `adminScopes` or `recordUse`, and no list by `userId`', async () => {
    const { apiKey, key } = await test.issue({ scopes: ['orders:read'] });
    const [validation, listed] = await whilePolluted(
      { scopes: ['admin'], adminScopes: ['admin'], recordUse: false, userId: 'nobody' },
      async () => [
        await test.keystamp.validateUserApiKey(apiKey, {}),
        await test.keystamp.listApiKeys({}),
      ],
    );
    expect(validation).toMatchObject({ valid: true, key: { id: key.id } });
    expect(listed.keys.length).toBeGreaterThan(0);
    await test.keystamp.flush();
    expect(await test.stored(key.id)).not.toBeNull();
  });
});

describe('the fields of an argument', () => {
  it('are copied: what is changed later, or inherited by all objects, is not read', () => {
    const given = { scopes: ['a'] };
    const own = checkFields(given, { scopes: true, optional: true }, 'requirement');
    expect(Object.getPrototypeOf(own)).toBeNull();
    expect(own).toEqual({ scopes: ['a'] });
  });

  it('are refused where an object inherits them from another one: they would be lost', () => {
    const given = Object.create({ scopes: ['admin'] }) as { scopes?: string[] };
    expect(() => checkFields(given, { scopes: true }, 'requirement')).toThrow(
      'scopes: expected a field of requirement itself',
    );
  });
});
