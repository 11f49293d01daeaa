import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliCompressSync, brotliDecompressSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestServer, type TestServer } from '../support/test-server.js';

const INDEX = '<!doctype html><title>Keystamp</title>';
const BROWSER = { accept: 'text/html,application/xhtml+xml' };

let folder: string;
let server: TestServer;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'keystamp-page-'));
  mkdirSync(join(folder, 'assets'));
  writeFileSync(join(folder, 'index.html'), INDEX);
  writeFileSync(join(folder, 'assets', 'main-1a2b3c.js'), 'start();');
  writeFileSync(join(folder, 'assets', 'main-1a2b3c.js.br'), brotliCompressSync('start();'));
  writeFileSync(join(folder, 'favicon.svg'), '<svg xmlns="http://www.w3.org/2000/svg"/>');
  server = await createTestServer({ pageFolder: folder });
});
afterAll(async () => {
  await server.close();
  rmSync(folder, { recursive: true });
});

const open = (url: string, headers: Record<string, string> = BROWSER) =>
  server.app.inject({ url, headers });

describe('the page', () => {
  it.each(['/', '/users', '/account', '/setup', '/sign-in?next=/users', '/whatever'])(
    '200: %s opens it, fresh',
    async (url) => {
      const answer = await open(url);
      expect(answer.statusCode).toBe(200);
      expect(answer.body).toBe(INDEX);
      expect(answer.headers['content-type']).toBe('text/html; charset=utf-8');
      expect(answer.headers['cache-control']).toBe('no-cache');
    },
  );

  it('200: files named by their content are kept for ever, others are asked for again', async () => {
    const script = await open('/assets/main-1a2b3c.js', {});
    expect(script.body).toBe('start();');
    expect(script.headers['content-type']).toContain('javascript');
    expect(script.headers['cache-control']).toBe('public, max-age=31536000, immutable');
    expect((await open('/favicon.svg', {})).headers['cache-control']).toBe('no-cache');
  });

  it('200: a script that the build has compressed is sent so, to whoever takes it', async () => {
    const packed = await open('/assets/main-1a2b3c.js', { 'accept-encoding': 'br' });
    expect(packed.headers).toMatchObject({ 'content-encoding': 'br', vary: 'accept-encoding' });
    expect(brotliDecompressSync(packed.rawPayload).toString()).toBe('start();');
    expect((await open('/assets/main-1a2b3c.js.br', {})).statusCode).toBe(404);
  });

  it.each([
    '/api/nothing',
    '/api',
    '/oauth2/nothing',
    '/verify/x',
    '/assets/gone.js',
    '/docs/nothing',
  ])('404: %s is never the page', async (url) => {
    const answer = await open(url);
    expect(answer.statusCode).toBe(404);
    expect(answer.body).not.toContain(INDEX);
  });

  it.each(['/../package.json', '/%2e%2e/package.json', '/assets/..%2f..%2fpackage.json'])(
    '%s leads nowhere outside of its folder',
    async (url) => {
      expect((await open(url, {})).statusCode).toBe(404);
    },
  );

  it('404: programs, which ask for no HTML, are not given any', async () => {
    expect((await open('/users', { accept: 'application/json' })).statusCode).toBe(404);
  });

  it.each([
    (key: string) => `/?q=${key}`,
    (key: string) => `/${key}`,
    (key: string) => `/users?access_token=${key}`,
  ])(
    '400: an address with a key in it answers people in a sentence, without the key',
    async (url) => {
      const { apiKey } = await server.keystamp.createApiKey({ userId: 'ada', name: 'Shared' });
      const answer = await open(url(apiKey));
      expect(answer.statusCode).toBe(400);
      expect(answer.headers['content-type']).toBe('text/html; charset=utf-8');
      expect(answer.headers['cache-control']).toBe('no-store');
      expect(answer.headers['content-security-policy']).toBe(
        (await open('/')).headers['content-security-policy'],
      );
      expect(answer.body).toMatch(/^<!doctype html>/);
      expect(answer.body).toContain('revoke');
      expect(answer.body).toContain('<a href="/">');
      expect(answer.body).not.toContain(apiKey);
      expect(answer.body).not.toMatch(/<(script|style)|style=/);
      const program = await open(url(apiKey), { accept: 'application/json' });
      expect(program.headers['content-type']).toBe('application/problem+json');
    },
  );

  it('503: says how to build it where it is not built', async () => {
    const bare = await createTestServer({ pageFolder: join(folder, 'nothing') });
    try {
      for (const url of ['/', '/users']) {
        const answer = await bare.app.inject({ url, headers: BROWSER });
        expect(answer.statusCode).toBe(503);
        expect(answer.headers['content-type']).toBe('text/plain; charset=utf-8');
        expect(answer.body).toContain('npm run build');
      }
    } finally {
      await bare.close();
    }
  });
});
