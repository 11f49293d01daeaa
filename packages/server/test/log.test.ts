import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openLog } from '../src/log/log.js';
import {
  createTestServer,
  jsonText,
  ORIGIN,
  PASSWORD,
  type TestServer,
} from './support/test-server.js';

let server: TestServer;
let cookie: string;

beforeAll(async () => {
  server = await createTestServer();
  await server.addUser('ada', { isAdmin: true });
  cookie = await server.signIn('ada');
});
afterAll(() => server.close());

describe('the log', () => {
  it('holds no secret, whatever was sent', async () => {
    const { apiKey } = await server.keystamp.createApiKey({ userId: 'ada', name: 'A key' });
    const secret = 'hunter2-hunter2-hunter2';
    for (const request of [
      { url: `/api/setup?token=${secret}` },
      { url: `/api/nothing/${secret}` },
      { url: `/api/users?q=${secret}&nope=${secret}`, headers: { cookie } },
      { url: '/api/users', headers: { authorization: `Bearer ${apiKey}`, 'x-api-key': apiKey } },
      { method: 'POST', url: '/api/auth/login', payload: { email: secret, password: secret } },
      {
        method: 'POST',
        url: '/api/auth/login',
        payload: { email: 'ada@example.com', password: secret },
      },
      {
        method: 'POST',
        url: '/api/setup',
        payload: { token: secret, email: 'a@b', password: secret },
      },
      { method: 'POST', url: '/api/auth/login', ...jsonText(`{"${secret}": `) },
    ] as const) {
      await server.app.inject(request);
    }
    const log = server.logged.join('');
    expect(log).toContain('"route":"/api/users"');
    expect(log).not.toContain(secret);
    expect(log).not.toContain(PASSWORD);
    expect(log).not.toContain(apiKey);
    expect(log).not.toContain(cookie.split('=')[1]);
    expect(log).not.toContain('argon2id');
  });

  it('blots out what looks like a key even where a message holds one (K1)', async () => {
    const lines: string[] = [];
    const log = openLog('info', { write: (line) => lines.push(line) });
    const { apiKey } = await server.keystamp.createApiKey({ userId: 'ada', name: 'Another' });
    log.info({ nested: { apiKey } }, `a careless message: ${apiKey}, twice ${apiKey}`);
    expect(lines.join('')).not.toContain(apiKey);
    expect(lines.join('').match(/\[key\]/g)).toHaveLength(3);
  });

  it('has the id of its request in every line of a request, and another in those of another', async () => {
    server.logged.length = 0;
    await server.app.inject({ method: 'POST', url: '/api/auth/logout', headers: { cookie: '' } });
    const { key } = await server.keystamp.createApiKey({ userId: 'ada', name: 'A key' });
    const headers = { cookie, origin: ORIGIN };
    await server.app.inject({ method: 'DELETE', url: `/api/api-keys/${key.id}`, headers });
    const lines = server.logged.map((line) => JSON.parse(line) as Record<string, unknown>);
    const ids = lines.filter(({ msg }) => msg === 'request').map(({ reqId }) => reqId);
    expect(ids).toHaveLength(2);
    expect(new Set(ids).size).toBe(2);
    const [deleted] = lines.filter(({ audit }) => audit === true);
    expect(deleted).toMatchObject({ msg: 'API key deleted', reqId: ids[1] });
  });

  it('leaves out what the driver quotes of rows', () => {
    const lines: string[] = [];
    const log = openLog('info', { write: (line) => lines.push(line) });
    const cause = Object.assign(new Error('duplicate key'), {
      code: '23505',
      detail: 'Key (key_hash)=(\\xdead)',
    });
    log.error({ err: new Error('outer', { cause }) }, 'failed');
    expect(JSON.parse(lines[0] ?? '').err).toMatchObject({
      message: 'outer',
      cause: { code: '23505' },
    });
    expect(lines.join('')).not.toContain('xdead');
  });

  it('warns once of forwarded headers that nobody was told to trust', async () => {
    const proxied = await createTestServer({ env: { KEYSTAMP_TRUST_PROXY: '192.0.2.0/24' } });
    try {
      const headers = { 'x-forwarded-for': '198.51.100.9' };
      const ask = (remoteAddress: string) =>
        proxied.app.inject({ url: '/healthz', headers, remoteAddress });
      const warnings = () => proxied.logged.filter((line) => line.includes('KEYSTAMP_TRUST_PROXY'));
      await ask('192.0.2.1');
      expect(warnings()).toHaveLength(0);
      expect(proxied.logged.at(-1)).toContain('"from":"198.51.100.9"');
      await ask('203.0.113.1');
      await ask('203.0.113.1');
      expect(warnings()).toHaveLength(1);
      expect(proxied.logged.at(-1)).toContain('"from":"203.0.113.1"');
    } finally {
      await proxied.close();
    }
  });
});
