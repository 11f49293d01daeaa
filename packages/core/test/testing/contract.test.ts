import { createServer } from 'node:http';
import express from 'express';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { authenticateApiKey } from '../../src/middleware/express.js';
import { createTestKeystamp } from '../../src/testing/index.js';
import { ask, withKey } from '../middleware/ask.js';
import { listen } from '../middleware/services/service.js';
import { createTestKeystamp as createOverDatabase } from '../support/keystamp.js';
import { transcriptOf } from './transcript.js';

const OPTIONS = { maxKeysPerUser: 4 };

it('answers, refuses and writes its history as an instance over a database', async () => {
  const real = await createOverDatabase(OPTIONS);
  try {
    const expected = await transcriptOf(real.keystamp);
    const found = await transcriptOf(createTestKeystamp(OPTIONS));
    expect(found).toEqual(expected);
  } finally {
    await real.close();
  }
});

describe('its clock', () => {
  it('is the one that the test gives: keys expire, and a sweep finds what is unused', async () => {
    let now = Date.parse('2026-01-01');
    const keystamp = createTestKeystamp({ now: () => now });
    const expiresAt = new Date('2026-02-01');
    const { apiKey } = await keystamp.createApiKey({ userId: 'ada', name: 'Short', expiresAt });
    const idle = await keystamp.createApiKey({ userId: 'ada', name: 'Idle' });
    expect(await keystamp.validateUserApiKey(apiKey)).toMatchObject({ valid: true });
    now = Date.parse('2026-06-01');
    expect(await keystamp.validateUserApiKey(apiKey)).toMatchObject({ reason: 'expired' });
    expect(await keystamp.sweep({ disableUnused: 90 })).toMatchObject({ disabled: 1 });
    expect((await keystamp.getApiKey(idle.key.id))?.disabledAt).toEqual(new Date(now));
  });
});

it('serves middleware', async () => {
  const keystamp = createTestKeystamp();
  const { apiKey, key } = await keystamp.createApiKey({ userId: 'ada', name: 'One' });
  const app = express().use(authenticateApiKey(keystamp));
  app.get('/', (request, response) => void response.send(request.apiKey?.key.id));
  const service = await listen(createServer(app));
  expect(await ask(service, '/', withKey(apiKey))).toMatchObject({ status: 200, body: key.id });
  expect((await ask(service, '/')).status).toBe(401);
  await service.close();
  expect((await keystamp.getApiKey(key.id))?.lastUsedAt).not.toBeNull();
});

describe('K6 what it cannot do is refused by name', () => {
  afterEach(() => vi.unstubAllEnvs());

  it('to be made in production, unless that is allowed', async () => {
    vi.stubEnv('NODE_ENV', 'production');
    expect(() => createTestKeystamp()).toThrow(
      'NODE_ENV: expected another value than "production"',
    );
    expect(() => createTestKeystamp({ allowInProduction: 'yes' as never })).toThrow(
      'true or false',
    );
    const keystamp = createTestKeystamp({ allowInProduction: true });
    expect(await keystamp.listAllApiKeys()).toMatchObject({ keys: [] });
  });

  it('a database, a transaction, an unknown option', async () => {
    expect(() => createTestKeystamp({ database: 'postgres://x' } as never)).toThrow(
      'database: expected',
    );
    const keystamp = createTestKeystamp();
    const input = { userId: 'ada', name: 'One' };
    const client = { query() {} } as never;
    await expect(keystamp.createApiKey({ ...input, client })).rejects.toThrow(
      'client: expected none',
    );
    const { key } = await keystamp.createApiKey(input);
    await expect(keystamp.revokeApiKey(key.id, { client })).rejects.toThrow(
      'client: expected none',
    );
    await expect(keystamp.revokeApiKeys([], { client })).rejects.toThrow('client: expected none');
    await expect(keystamp.importApiKeys([], { session: client })).rejects.toThrow(
      'session: expected',
    );
    await expect(keystamp.setUserActive('ada', true, client)).rejects.toThrow('executor: expected');
    expect(() => keystamp.database.kind).toThrow('has no database');
  });
});
