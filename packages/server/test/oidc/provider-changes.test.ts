import { execFile, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { CLIENT_ID, CLIENT_SECRET } from '@keystamp/testing/identity-provider';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createBrowser } from '../support/browser.js';
import { createTestServer, type TestServer } from '../support/test-server.js';
import {
  ada,
  createOidcServer,
  formWith,
  locationOf,
  type OidcServer,
  PUBLIC_URL,
} from './oidc-server.js';

/** A server that takes `issuer` for its provider. */
function serverOf(issuer: string): Promise<TestServer> {
  return createTestServer({
    env: {
      KEYSTAMP_OIDC_ISSUER: issuer,
      KEYSTAMP_OIDC_CLIENT_ID: CLIENT_ID,
      KEYSTAMP_OIDC_CLIENT_SECRET: CLIENT_SECRET,
      KEYSTAMP_PUBLIC_URL: PUBLIC_URL,
    },
  });
}

const start = async ({ app }: TestServer) =>
  locationOf(await createBrowser(app).open('/api/auth/oidc/start'));

function failureLineOf({ logged }: TestServer) {
  const line = logged.filter((each) => each.includes('OpenID Connect failed')).at(-1);
  return JSON.parse(line ?? '{}');
}

describe('a provider', () => {
  let server: OidcServer;
  beforeAll(async () => {
    server = await createOidcServer();
    await server.addUser('ada');
  });
  afterAll(() => server.close());

  it('that has just replaced its key signs in the next person too', async () => {
    expect(locationOf(await server.signInAs(ada))).toBe(`${PUBLIC_URL}/`);
    server.provider.rotateKeys();
    expect(locationOf(await server.signInAs(ada))).toBe(`${PUBLIC_URL}/`);
  });

  it('is asked for its keys once for each answer, and not for an answer that nobody waits for', async () => {
    const keysAsked = () => server.provider.asked.filter((path) => path === '/jwks').length;
    const before = keysAsked();
    await server.signInAs(ada);
    expect(keysAsked()).toBe(before + 1);
    const stray = `/api/auth/oidc/callback?code=x&state=${'x'.repeat(43)}`;
    expect(locationOf(await server.newBrowser().open(stray))).toBe(formWith('expired'));
    expect(keysAsked()).toBe(before + 1);
  });

  it('whose issuer differs by the last slash is named with it, in the log and to the page', async () => {
    const published = `${server.provider.issuer}/realms/acme`;
    server.provider.inTheWay = (request, response) => {
      if (!request.url?.includes('/realms/acme/.well-known/')) return false;
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ issuer: published }));
      return true;
    };
    const misled = await serverOf(`${published}/`);
    try {
      const methods = async () => (await misled.app.inject({ url: '/api/auth/methods' })).json();
      expect((await methods()).oidc_other_issuer).toBeNull();
      expect(await start(misled)).toBe(formWith('other_issuer'));
      const configured = `${published}/`;
      expect((await methods()).oidc_other_issuer).toEqual({ configured, published });
      const { err } = failureLineOf(misled);
      expect(err.message).toContain(`KEYSTAMP_OIDC_ISSUER is ${configured}, and the provider`);
      expect(err.message).toContain(`publishes the issuer ${published}.`);
    } finally {
      server.provider.inTheWay = null;
      await misled.close();
    }
  });
});

const hasOpenssl = spawnSync('openssl', ['version']).status === 0;

describe.skipIf(!hasOpenssl)('a provider with a certificate of a private authority', () => {
  const folder = mkdtempSync(join(tmpdir(), 'keystamp-authority-'));
  const certificate = join(folder, 'authority.pem');
  let issuer: string;
  let stop: () => void;
  beforeAll(async () => {
    const key = join(folder, 'key.pem');
    const made = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2'];
    const named = ['-subj', '/CN=id', '-addext', 'subjectAltName=IP:127.0.0.1'];
    spawnSync('openssl', [...made, ...named, '-keyout', key, '-out', certificate]);
    const tls = { key: readFileSync(key), cert: readFileSync(certificate) };
    const provider = createServer(tls, (_, response) => response.writeHead(204).end());
    await new Promise<void>((resolve) => provider.listen(0, '127.0.0.1', resolve));
    issuer = `https://127.0.0.1:${(provider.address() as AddressInfo).port}/`;
    stop = () => provider.close();
  });
  afterAll(() => {
    stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it('is not called away, and the log line names NODE_EXTRA_CA_CERTS', async () => {
    const server = await serverOf(issuer);
    try {
      expect(await start(server)).toBe(formWith('untrusted'));
      expect(failureLineOf(server)).toMatchObject({
        err: { cause: { code: 'DEPTH_ZERO_SELF_SIGNED_CERT' } },
        remedy: expect.stringContaining('Set NODE_EXTRA_CA_CERTS to a PEM file'),
      });
    } finally {
      await server.close();
    }
  });

  it('is trusted with NODE_EXTRA_CA_CERTS', async () => {
    const ask = `fetch('${issuer}').then(({ status }) => console.log(status))`;
    const env = { ...process.env, NODE_EXTRA_CA_CERTS: certificate };
    const { stdout } = await promisify(execFile)(process.execPath, ['-e', ask], { env });
    expect(stdout.trim()).toBe('204');
  });
});
