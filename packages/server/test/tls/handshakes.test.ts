import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { type RequestOptions, request } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import tls, { type ConnectionOptions } from 'node:tls';
import { freePort } from '@keystamp/testing/network/free-port';
import { until } from '@keystamp/testing/until';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listenOnTheRest } from '../../src/tls/all-addresses.js';
import { openTls } from '../../src/tls/open-tls.js';
import type { TlsServers } from '../../src/tls/tls-servers.js';
import {
  type CertificateFolder,
  hasOpenssl,
  makeCertificateFolder,
  type Pair,
} from '../support/certificates.js';
import { configOf, createTestServer, type TestServer } from '../support/test-server.js';
import { openTlsClient, servedAt, statusAt } from '../support/tls-client.js';

let folder: CertificateFolder;
let ca: Pair;
let pair: Pair;

beforeAll(() => {
  if (!hasOpenssl) return;
  folder = makeCertificateFolder();
  ca = folder.make('ca');
  pair = folder.make('server', ca);
});
afterAll(() => folder?.remove());

interface Listening {
  readonly server: TestServer;
  readonly servers: TlsServers;
  readonly port: number;
  close(): Promise<void>;
}

/** The real server with TLS of its own, on a free port. */
async function listen(more: Record<string, string> = {}): Promise<Listening> {
  const env = {
    KEYSTAMP_TLS_CERT_FILE: pair.certFile,
    KEYSTAMP_TLS_KEY_FILE: pair.keyFile,
    ...more,
  };
  const lines: string[] = [];
  const { tls: settings } = configOf(env);
  if (settings === null) throw new Error('without TLS');
  const logger = { info: () => {}, warn: (...line: unknown[]) => lines.push(JSON.stringify(line)) };
  const { servers, close } = await openTls(settings, logger);
  const server = await createTestServer({ env, tls: servers });
  await server.app.listen({ host: '127.0.0.1', port: 0 });
  return {
    server: { ...server, logged: lines },
    servers,
    port: server.context.localPort(),
    close: async () => {
      servers.closeAllConnections();
      close();
      await server.close();
    },
  };
}

async function metricsOf({ server }: Listening): Promise<string> {
  return (await server.app.inject({ url: '/metrics' })).body;
}

describe.skipIf(!hasOpenssl)('TLS of its own', () => {
  let at: Listening;
  let trusting: ConnectionOptions;
  beforeAll(async () => {
    at = await listen();
    trusting = { ca: ca.cert };
  });
  afterAll(() => at?.close());

  it('serves the certificate, and the API over TLS 1.3 and 1.2', async () => {
    expect(await servedAt(at.port, trusting)).toBe(pair.fingerprint);
    for (const version of ['TLSv1.3', 'TLSv1.2'] as const) {
      const versions = { minVersion: version, maxVersion: version };
      expect(await statusAt(at.port, '/healthz', { ...trusting, ...versions })).toBe(200);
    }
  });

  it('refuses TLS 1.1, whatever the defaults of Node are, and counts it', async () => {
    const { DEFAULT_MIN_VERSION, DEFAULT_CIPHERS } = tls;
    // As by NODE_OPTIONS="--tls-min-v1.0 --tls-cipher-list=ALL@SECLEVEL=0"
    Object.assign(tls, { DEFAULT_MIN_VERSION: 'TLSv1', DEFAULT_CIPHERS: 'ALL@SECLEVEL=0' });
    const old = await listen().finally(() =>
      Object.assign(tls, { DEFAULT_MIN_VERSION, DEFAULT_CIPHERS }),
    );
    try {
      const versions = { minVersion: 'TLSv1.1', maxVersion: 'TLSv1.1' } as const;
      const ciphers = 'ALL@SECLEVEL=0';
      const status = await statusAt(old.port, '/healthz', { ...trusting, ...versions, ciphers });
      expect(status).toBe('EPROTO');
      expect(old.servers.failures.total('protocol')).toBe(1);
    } finally {
      await old.close();
    }
  });

  it('answers plain HTTP with a 400 that says so, with one line in the log for many', async () => {
    for (let i = 0; i < 3; i++) {
      const answer = await askInPlain(at.port);
      expect([answer.status, answer.type]).toEqual([400, 'application/problem+json']);
      expect(answer.body.detail).toBe(
        'The request is plain HTTP, and this port speaks TLS: use https.',
      );
    }
    expect(at.server.logged.filter((line) => line.includes('plain_http'))).toEqual([
      JSON.stringify([
        { reason: 'plain_http', from: '127.0.0.1', handshakes: 1 },
        'Plain HTTP is sent to the TLS port. It is answered with 400: use https',
      ]),
    ]);
    expect(await metricsOf(at)).toContain(
      'keystamp_tls_handshake_failures_total{reason="plain_http"} 3',
    );
  });

  it('counts clients that do not trust the certificate', async () => {
    const before = at.servers.failures.total('untrusted');
    // Node as a client finishes the handshake and then goes away; others say why, as OpenSSL does.
    const args = ['s_client', '-connect', `127.0.0.1:${at.port}`, '-verify_return_error'];
    expect(await endOf(spawn('openssl', args, { stdio: 'ignore' }))).toBe(1);
    await until(() => at.servers.failures.total('untrusted') > before);
  });

  it('lives on after garbage and connections that end, which are no line in the log', async () => {
    const logged = at.server.logged.length;
    const aborted = at.servers.failures.total('aborted');
    const socket = connect(at.port, '127.0.0.1');
    await once(socket, 'connect');
    socket.destroy();
    await until(() => at.servers.failures.total('aborted') > aborted);
    expect(at.server.logged).toHaveLength(logged);
    const other = at.servers.failures.total('other');
    const garbage = connect(at.port, '127.0.0.1', () => garbage.write('\0'.repeat(1000)));
    garbage.on('error', () => {});
    await until(() => at.servers.failures.total('other') > other);
    expect(await statusAt(at.port, '/healthz', trusting)).toBe(200);
  });

  it('has a metric of the time at which the certificate expires', async () => {
    const seconds = at.servers.certificate.validTo.getTime() / 1000;
    expect(await metricsOf(at)).toContain(
      `keystamp_tls_certificate_expiration_timestamp_seconds ${seconds}\n`,
    );
  });

  it('takes headers as large as without TLS, and refuses larger ones', async () => {
    const status = (bytes: number) =>
      statusAt(at.port, '/healthz', {
        ...trusting,
        headers: { 'x-large': 'x'.repeat(bytes) },
      } as ConnectionOptions);
    expect([await status(60_000), await status(70_000)]).toEqual([200, 431]);
  });

  it('names itself https in its metadata, takes its own origin and sets secure cookies', async () => {
    const { app } = at.server;
    const own = `https://127.0.0.1:${at.port}`;
    const url = '/.well-known/oauth-authorization-server';
    const metadata = await app.inject({ url, headers: { host: `127.0.0.1:${at.port}` } });
    expect(metadata.json().issuer).toBe(own);
    await at.server.addUser('ada');
    const signIn = (origin: string) =>
      at.server.send({
        method: 'POST',
        url: '/api/auth/login',
        payload: { email: 'ada@example.com', password: 'correct horse battery' },
        headers: { origin },
      });
    expect((await signIn(own.replace('https', 'http'))).statusCode).toBe(403);
    const answer = await signIn(own);
    expect(answer.statusCode).toBe(200);
    for (const { name, secure } of answer.cookies)
      expect([name.slice(0, 2), secure]).toEqual(['__', true]);
    expect(answer.headers).not.toHaveProperty('strict-transport-security');
  });
});

describe.skipIf(!hasOpenssl)('KEYSTAMP_METRICS', () => {
  it.each([
    ['', 'plain HTTP', ['EPROTO', 200]],
    ['https://', 'TLS', [200, 400]],
  ])('with %j before its address is %s', async (scheme, _what, [tlsStatus, plainStatus]) => {
    const port = await freePort();
    const at = await listen({ KEYSTAMP_METRICS: `${scheme}127.0.0.1:${port}` });
    try {
      const overTls = await statusAt(port, '/metrics', { ca: ca.cert });
      const inPlain = (await askInPlain(port)).status;
      expect([overTls, inPlain]).toEqual([tlsStatus, plainStatus]);
    } finally {
      await at.close();
    }
  });
});

describe.skipIf(!hasOpenssl)('a name of several addresses', () => {
  it('is served on all that can be listened on, with one certificate', async () => {
    const settings = { certFile: pair.certFile, keyFile: pair.keyFile, clientCaFile: null };
    const { servers, close } = await openTls(settings, { info: () => {}, warn: () => {} });
    const create = () => servers.create((_request, response) => response.end());
    const server = create().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const addresses = ['192.0.2.1', '127.0.0.1', '127.0.0.2'];
    await listenOnTheRest(server, create, Promise.resolve(addresses));
    const { port } = server.address() as AddressInfo;
    for (const host of ['127.0.0.1', '127.0.0.2']) {
      expect(await servedAt(port, { host, ca: ca.cert })).toBe(pair.fingerprint);
    }
    server.close();
    await once(server, 'close');
    await until(async () => (await statusAt(port, '/', { host: '127.0.0.2' })) === 'ECONNREFUSED');
    close();
  });
});

describe.skipIf(!hasOpenssl)("clients' certificates", () => {
  let at: Listening;
  let clientCa: Pair;
  let client: Pair;
  let foreign: Pair;
  beforeAll(async () => {
    clientCa = folder.make('client-ca');
    client = folder.make('client', clientCa);
    foreign = folder.make('foreign', ca);
    at = await listen({ KEYSTAMP_TLS_CLIENT_CA_FILE: clientCa.certFile });
  });
  afterAll(() => at?.close());

  const refused = () => at.servers.failures.total('client_certificate');
  const trusting = ({ cert, key }: Pick<Pair, 'cert' | 'key'>) => ({ ca: ca.cert, cert, key });
  const both = ['TLSv1.3', 'TLSv1.2'] as const;

  it.each(both)('lets in who has one of the CA, by %s', async (maxVersion) => {
    expect(await statusAt(at.port, '/healthz', { ...trusting(client), maxVersion })).toBe(200);
  });

  it.each(both)('refuses who has none at the handshake, by %s', async (maxVersion) => {
    const before = refused();
    const status = await statusAt(at.port, '/healthz', { ca: ca.cert, maxVersion });
    expect(status).toMatch(/^ERR_SSL_|EPROTO|ECONNRESET/);
    await until(() => refused() === before + 1);
  });

  it.each(both)('refuses one of another CA, by %s', async (maxVersion) => {
    const before = refused();
    const status = await statusAt(at.port, '/healthz', { ...trusting(foreign), maxVersion });
    expect(status).toMatch(/^ERR_SSL_|ECONNRESET/);
    await until(() => refused() === before + 1);
  });

  it('refuses it again where it resumes the session, which TLS 1.3 gives it', async () => {
    const before = refused();
    const options = trusting(foreign);
    const socket = await openTlsClient(at.port, options);
    socket.on('error', () => {});
    let session = socket.getSession();
    socket.on('session', (ticket) => {
      session = ticket;
    });
    await once(socket, 'close');
    expect(await statusAt(at.port, '/healthz', { ...options, session })).toMatch(/^ERR|^ECONN/);
    await until(() => refused() === before + 2);
  });

  it('has one line in the log for all of them', () => {
    const lines = at.server.logged.filter((line) => line.includes('client_certificate'));
    expect(lines).toHaveLength(1);
  });
});

async function endOf(process: ChildProcess): Promise<number> {
  const [code] = await once(process, 'close');
  return code;
}

/** `GET /healthz` without TLS. */
async function askInPlain(port: number) {
  const options: RequestOptions = { host: '127.0.0.1', port, path: '/healthz', agent: false };
  const [answer] = await once(request(options).end(), 'response');
  const body: string[] = [];
  for await (const chunk of answer) body.push(String(chunk));
  const { statusCode: status, headers } = answer;
  return { status, type: headers['content-type'], body: JSON.parse(body.join('')) };
}
