import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync } from 'node:fs';
import { freePort } from '@keystamp/testing/network/free-port';
import { until } from '@keystamp/testing/until';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTls } from '../../src/tls/open-tls.js';
import { findProgram, makeHome, runProxy, writeIn } from '../gateways/proxy.js';
import {
  type CertificateFolder,
  hasOpenssl,
  makeCertificateFolder,
  type Pair,
} from '../support/certificates.js';
import { createKeyServer, type KeyServer } from '../support/key-server.js';

const MODULES = '/usr/lib/apache2/modules';
const apache = findProgram('apache2');
const isAbsent = apache === null || !existsSync(`${MODULES}/mod_auth_openidc.so`) || !hasOpenssl;
const LOADED = ['mpm_event', 'authn_core', 'authz_core', 'authz_user', 'dir', 'auth_openidc'];

let folder: CertificateFolder;
let ca: Pair;
let server: KeyServer;
let closeTls: () => void;
let home: string;
let port: number;
let gatewayKey: string;

/** A resource server that introspects at the endpoint; gives the path of its configuration. */
function configure(endpoint: string): string {
  const lines = [
    `ServerRoot ${home}`,
    `DefaultRuntimeDir ${home}`,
    `PidFile ${home}/pid`,
    `ErrorLog ${home}/error.log`,
    'ServerName localhost',
    `Listen 127.0.0.1:${port}`,
    ...LOADED.map((name) => `LoadModule ${name}_module ${MODULES}/mod_${name}.so`),
    // Where it starts as root, its processes run as another user.
    ...(process.getuid?.() === 0 ? ['User www-data', 'Group www-data'] : []),
    `DocumentRoot ${home}/www`,
    `OIDCCABundlePath ${home}/ca.crt`,
    `OIDCOAuthIntrospectionEndpoint ${endpoint}`,
    'OIDCOAuthClientID gateway',
    `OIDCOAuthClientSecret ${gatewayKey}`,
    'OIDCOAuthRemoteUserClaim sub',
    'OIDCOAuthTokenExpiryClaim exp absolute optional',
    '<Location />',
    'AuthType oauth20',
    'Require claim scope:orders:read',
    '</Location>',
  ];
  return writeIn(home, 'apache.conf', lines.join('\n'));
}

const check = (file: string) => spawnSync(apache as string, ['-f', file, '-t']);

describe.skipIf(isAbsent)("Apache's mod_auth_openidc", () => {
  beforeAll(async () => {
    folder = makeCertificateFolder();
    ca = folder.make('ca');
    const { certFile, keyFile } = folder.make('server', ca);
    const settings = { certFile, keyFile, clientCaFile: null };
    const tls = await openTls(settings, { info: () => {}, warn: () => {} });
    closeTls = tls.close;
    const env = { KEYSTAMP_TLS_CERT_FILE: certFile, KEYSTAMP_TLS_KEY_FILE: keyFile };
    server = await createKeyServer({ env, tls: tls.servers });
    await server.app.listen({ host: '127.0.0.1', port: 0 });
    gatewayKey = (await server.issue({ userId: server.ada.id, scopes: ['introspect'] })).apiKey;
    home = makeHome('apache');
    chmodSync(home, 0o755);
    mkdirSync(`${home}/www`);
    writeIn(home, 'www/index.html', 'orders');
    writeIn(home, 'ca.crt', ca.cert);
    port = await freePort();
  });
  afterAll(async () => {
    closeTls?.();
    await server?.close();
    folder?.remove();
  });

  it('does not start with an endpoint of plain HTTP', () => {
    const { status, stderr } = check(configure('http://127.0.0.1/oauth2/introspect'));
    expect(status).not.toBe(0);
    expect(String(stderr)).toContain('cannot be parsed as a "https" URL');
  });

  it('introspects over the TLS of Keystamp, and each request is a use of the key', async () => {
    const endpoint = `https://127.0.0.1:${server.context.localPort()}/oauth2/introspect`;
    const program = runProxy('apache2', ['-f', configure(endpoint), '-DFOREGROUND'], home);
    try {
      const statusWith = async (authorization?: string) => {
        const headers = authorization === undefined ? {} : { authorization };
        return (await fetch(`http://127.0.0.1:${port}/index.html`, { headers })).status;
      };
      await until(() => statusWith().catch(() => null), { what: 'Apache to listen' });
      const { apiKey, key } = await server.issue({ scopes: ['orders:read'] });
      expect([await statusWith(), await statusWith('Bearer ks_garbage')]).toEqual([401, 401]);
      expect(await statusWith(`Bearer ${apiKey}`)).toBe(200);
      expect(await server.lastUse(key.id)).not.toBeNull();
    } finally {
      await program.end();
    }
  });
});
