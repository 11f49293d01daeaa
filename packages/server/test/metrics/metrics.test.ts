import { once } from 'node:events';
import { get } from 'node:http';
import { freePort } from '@keystamp/testing/network/free-port';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createKeyServer, type KeyServer } from '../support/key-server.js';

let server: KeyServer;

beforeAll(async () => {
  server = await createKeyServer();
});
afterAll(() => server.close());

async function read(): Promise<Map<string, number>> {
  const answer = await server.app.inject({ url: '/metrics' });
  expect(answer.statusCode).toBe(200);
  expect(answer.headers['content-type']).toMatch(/^text\/plain; version=0\.0\.4/);
  const lines = answer.body.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(
    lines.map((line) => {
      const at = line.lastIndexOf(' ');
      return [line.slice(0, at), Number(line.slice(at + 1))];
    }),
  );
}

describe('GET /metrics', () => {
  describe('200', () => {
    it('tells what the instance did', async () => {
      const before = await read();
      const { apiKey, key } = await server.issue();
      for (let i = 0; i < 3; i++) await server.ask({ url: '/verify', key: apiKey });
      await server.ask({ url: '/verify', key: 'ks_garbage' });
      await server.lastUse(key.id);
      const after = await read();
      const grown = (name: string) => (after.get(name) ?? 0) - (before.get(name) ?? 0);
      expect(grown('keystamp_cache_hits_total') + grown('keystamp_cache_misses_total')).toBe(3);
      expect(grown('keystamp_refusals_total{reason="malformed"}')).toBe(1);
      expect(grown('keystamp_last_used_written_total')).toBeGreaterThanOrEqual(1);
      expect(after.get('keystamp_ready')).toBe(1);
      expect(after.get('keystamp_database_reachable')).toBe(1);
      expect(after.get('keystamp_pending_keys')).toBe(0);
      const verified =
        'keystamp_http_request_duration_seconds_count{method="GET",route="/verify",status="204"}';
      expect(grown(verified)).toBe(3);
    });

    it('does not grow with keys, paths or methods that a caller makes up', async () => {
      const { apiKey } = await server.issue();
      await server.ask({ url: '/verify', key: apiKey });
      await server.ask({ url: '/made-up' });
      await server.ask({ url: '/api/api-keys/1', cookie: server.bob.cookie });
      const series = new Set((await read()).keys());
      for (let i = 0; i < 10; i++) {
        const issued = await server.issue();
        await server.ask({ url: '/verify', key: issued.apiKey });
        await server.ask({ url: `/made-up/${i}` });
        await server.ask({ url: `/api/api-keys/${i}`, cookie: server.bob.cookie });
      }
      const added = [...(await read()).keys()].filter((name) => !series.has(name));
      expect(added.filter((name) => name.startsWith('keystamp_'))).toEqual([]);
    });
  });

  describe('403', () => {
    it.each([
      ['another machine', { remoteAddress: '192.0.2.7' }],
      ['a proxy on this machine', { headers: { 'x-forwarded-for': '192.0.2.7' } }],
      ['a proxy that follows RFC 7239', { headers: { forwarded: 'for=192.0.2.7' } }],
      ['a page whose own name leads here', { headers: { host: 'rebound.example:4747' } }],
      ['a name that only begins as ours', { headers: { host: 'localhost.rebound.example' } }],
    ])('for %s', async (_name, request) => {
      const answer = await server.app.inject({ url: '/metrics', ...request });
      expect(answer.statusCode).toBe(403);
      expect(answer.body).not.toContain('keystamp_ready');
    });
  });

  it.each(['127.0.0.1:4747', '[::1]:4747', 'LOCALHOST'])('200 for the Host %s', async (host) => {
    expect((await server.app.inject({ url: '/metrics', headers: { host } })).statusCode).toBe(200);
  });

  it('200 for everybody where KEYSTAMP_METRICS=all', async () => {
    const open = await createKeyServer({ env: { KEYSTAMP_METRICS: 'all' } });
    try {
      const answer = await open.app.inject({ url: '/metrics', remoteAddress: '192.0.2.7' });
      expect(answer.statusCode).toBe(200);
    } finally {
      await open.close();
    }
  });
});

describe('KEYSTAMP_METRICS with an address and a port', () => {
  let apart: KeyServer;
  let address: string;
  beforeAll(async () => {
    address = `127.0.0.1:${await freePort()}`;
    apart = await createKeyServer({ env: { KEYSTAMP_METRICS: address } });
  });
  afterAll(() => apart.close());

  const ask = (path: string, init: RequestInit = {}) => fetch(`http://${address}${path}`, init);

  it('serves them there, and no longer beside the API', async () => {
    const answer = await ask('/metrics');
    expect([answer.status, answer.headers.get('content-type')]).toEqual([
      200,
      expect.stringMatching(/^text\/plain; version=0\.0\.4/),
    ]);
    expect(await answer.text()).toMatch(/^keystamp_ready 1$/m);
    expect((await apart.app.inject({ url: '/metrics' })).statusCode).toBe(404);
  });

  it.each([
    ['/', {}, 404],
    ['/api/api-keys', {}, 404],
    ['/metrics', { method: 'POST' }, 404],
    ['/metrics', { headers: { 'x-forwarded-for': '192.0.2.7' } }, 403],
  ])('%s with %j is %i', async (path, init, status) => {
    expect((await ask(path, init)).status).toBe(status);
  });

  it('answers the probes there too', async () => {
    for (const path of ['/healthz', '/readyz']) {
      const answer = await ask(path);
      expect([answer.status, await answer.json()]).toEqual([200, { status: 'ok' }]);
    }
    apart.context.isStopping = true;
    expect([(await ask('/readyz')).status, (await ask('/healthz')).status]).toEqual([503, 200]);
    apart.context.isStopping = false;
  });

  it('403 for a page whose own name leads there', async () => {
    // fetch sets the header Host by itself.
    const headers = { host: 'rebound.example' };
    const request = get(`http://${address}/metrics`, { headers });
    const [response] = await once(request, 'response');
    response.resume();
    expect(response.statusCode).toBe(403);
  });

  it('names the variable where it cannot listen', async () => {
    await expect(createKeyServer({ env: { KEYSTAMP_METRICS: address } })).rejects.toThrow(
      `KEYSTAMP_METRICS: got "${address}", expected an address of this machine with a free port`,
    );
  });
});
