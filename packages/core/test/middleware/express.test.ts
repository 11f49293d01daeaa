import { createServer } from 'node:http';
import express from 'express';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Keystamp } from '../../src/index.js';
import { authenticateApiKey, type RequestWithApiKey } from '../../src/middleware/express.js';
import { createTestKeystamp, type TestKeystamp } from '../support/keystamp.js';
import { ask, withKey } from './ask.js';
import { listen } from './services/service.js';

let test: TestKeystamp;
beforeAll(async () => {
  test = await createTestKeystamp();
});
afterAll(() => test.close());

it('a key in the part of the URL that a router is mounted at is found too', async () => {
  const { apiKey } = await test.issue();
  const router = express.Router();
  router.use(authenticateApiKey(test.keystamp));
  router.get('/orders', (_request, response) => {
    response.json([]);
  });
  const service = await listen(createServer(express().use('/:tenant', router)));
  expect((await ask(service, '/acme/orders', withKey(apiKey))).status).toBe(200);
  const answer = await ask(service, `/${apiKey}/orders`, withKey(apiKey));
  expect([answer.status, JSON.parse(answer.body).errors[0].field]).toEqual([400, 'path']);
  await service.close();
});

it('a plain Node server may use it as well', async () => {
  const { apiKey, key } = await test.issue();
  const requirement = authenticateApiKey(test.keystamp);
  const server = createServer((request: RequestWithApiKey, response) => {
    requirement(request, response, () => response.end(request.apiKey?.key.id));
  });
  const service = await listen(server);
  expect((await ask(service, '/')).status).toBe(401);
  expect((await ask(service, '/', withKey(apiKey))).body).toBe(key.id);
  await service.close();
});

it('K6: a wrong scope is refused at the start, and names the field', () => {
  expect(() => authenticateApiKey(test.keystamp, { scopes: ['a', 'b c'] })).toThrow(
    /^scopes\[1\]:/,
  );
});

it('G7 an answer that somebody else gave meanwhile stays the answer', async () => {
  const { apiKey } = await test.issue();
  let release = () => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  const slow: Keystamp = {
    ...test.keystamp,
    validateUserApiKey: async (...given) => {
      await held;
      return test.keystamp.validateUserApiKey(...given);
    },
  };
  const requirement = authenticateApiKey(slow);
  const seen: unknown[] = [];
  const server = createServer((request: RequestWithApiKey, response) => {
    requirement(request, response, (error) => seen.push(error ?? 'passed'));
    response.statusCode = 503;
    response.end();
  });
  const service = await listen(server);
  for (const headers of [withKey('ks_none'), withKey(apiKey)]) {
    expect((await ask(service, '/', headers)).status).toBe(503);
  }
  release();
  expect(await slow.validateUserApiKey(apiKey)).toMatchObject({ valid: true });
  await new Promise((resolve) => setImmediate(resolve));
  expect(seen).toEqual([]);
  await service.close();
});
