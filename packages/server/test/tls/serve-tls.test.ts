import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, renameSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createTestDatabase, type TestDatabase } from '@keystamp/testing/databases/test-database';
import { freePort } from '@keystamp/testing/network/free-port';
import { until } from '@keystamp/testing/until';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import {
  type CertificateFolder,
  hasOpenssl,
  makeCertificateFolder,
  type Pair,
} from '../support/certificates.js';
import { type ServerProcess, startServerProcess } from '../support/server-process.js';
import { servedAt, statusAt } from '../support/tls-client.js';

const isPostgres = process.env['KEYSTAMP_TEST_DATABASE'] === 'postgres';
/** Nothing listens there. */
const AWAY = 'postgres://127.0.0.1:9/nothing';

let folder: CertificateFolder;
let ca: Pair;
let pair: Pair;
let database: TestDatabase | null;
const dataDir = mkdtempSync(join(tmpdir(), 'keystamp-serve-tls-'));
const started: ServerProcess[] = [];

beforeAll(async () => {
  if (!hasOpenssl) return;
  folder = makeCertificateFolder();
  ca = folder.make('ca');
  pair = folder.make('server', ca);
  database = isPostgres ? await createTestDatabase({ migrated: false }) : null;
}, 120_000);
afterEach(async () => {
  for (const each of started.splice(0)) await each.kill();
});
afterAll(async () => {
  await database?.drop();
  rmSync(dataDir, { recursive: true });
  folder?.remove();
});

async function start(env: Record<string, string> = {}): Promise<ServerProcess> {
  const server = await startServerProcess({
    ...(database?.url ? { DATABASE_URL: database.url } : { KEYSTAMP_DATA_DIR: dataDir }),
    KEYSTAMP_TLS_CERT_FILE: pair.certFile,
    KEYSTAMP_TLS_KEY_FILE: pair.keyFile,
    ...env,
  });
  started.push(server);
  return server;
}

const HEALTHCHECK = fileURLToPath(new URL('../../../../deploy/healthcheck.mjs', import.meta.url));

/** The exit code of the container's health check. */
async function healthcheck(env: Record<string, string>): Promise<number> {
  const [code] = await once(spawn(process.execPath, [HEALTHCHECK], { env }), 'close');
  return code;
}

describe.skipIf(!hasOpenssl)('keystamp serve with TLS of its own', { timeout: 120_000 }, () => {
  it('says https wherever it names itself, and nowhere http', async () => {
    const server = await start();
    await server.ready();
    await until(() => server.stdout().includes('token='));
    const own = `https://127.0.0.1:${server.port}`;
    expect(server.stdout()).toContain(`Sign in at ${own}/\n`);
    expect(server.stdout()).toContain(`\n${own}/setup#token=`);
    expect(server.stderr()).toContain(`Server listening at ${own}"`);
    expect(server.stdout() + server.stderr()).not.toContain('http:');
    expect(await statusAt(server.port, '/readyz', { ca: ca.cert })).toBe(200);
  });

  it('serves a renewed certificate without a restart', async () => {
    const old = folder.make('old', ca);
    const server = await start({
      KEYSTAMP_TLS_CERT_FILE: old.certFile,
      KEYSTAMP_TLS_KEY_FILE: old.keyFile,
    });
    await server.ready();
    expect(await servedAt(server.port, { ca: ca.cert })).toBe(old.fingerprint);
    const renewed = folder.make('renewed', ca);
    renameSync(renewed.certFile, old.certFile);
    renameSync(renewed.keyFile, old.keyFile);
    await until(() => server.stderr().includes('TLS files are used from now on'));
    expect(await servedAt(server.port, { ca: ca.cert })).toBe(renewed.fingerprint);
  });

  it.runIf(isPostgres)('serves a renewed certificate in each worker', async () => {
    const old = folder.make('old', ca);
    const server = await start({
      KEYSTAMP_WORKERS: '2',
      KEYSTAMP_TLS_CERT_FILE: old.certFile,
      KEYSTAMP_TLS_KEY_FILE: old.keyFile,
    });
    await server.ready();
    const renewed = folder.make('renewed', ca);
    renameSync(renewed.certFile, old.certFile);
    renameSync(renewed.keyFile, old.keyFile);
    const used = /"worker":(\d).*TLS files are used from now on/g;
    const workersThatUse = () =>
      new Set([...server.stderr().matchAll(used)].map(([, worker]) => worker));
    await until(() => workersThatUse().size === 2);
    for (let i = 0; i < 8; i++) {
      expect(await servedAt(server.port, { ca: ca.cert })).toBe(renewed.fingerprint);
    }
  });

  it('is found ready by deploy/healthcheck.mjs, also where clients need certificates', async () => {
    const inTls = await start();
    await inTls.ready();
    const port = String(inTls.port);
    const certFile = { KEYSTAMP_TLS_CERT_FILE: pair.certFile };
    expect(await healthcheck({ ...certFile, KEYSTAMP_PORT: port })).toBe(0);
    expect(await healthcheck({ KEYSTAMP_PORT: port })).toBe(1);
    await inTls.kill();
    expect(await healthcheck({ ...certFile, KEYSTAMP_PORT: port })).toBe(1);

    const env = {
      KEYSTAMP_TLS_CLIENT_CA_FILE: ca.certFile,
      KEYSTAMP_METRICS: `127.0.0.1:${await freePort()}`,
    };
    const forClients = await start(env);
    await forClients.ready();
    const ownPort = { ...certFile, KEYSTAMP_PORT: String(forClients.port) };
    expect(await healthcheck(ownPort)).toBe(1);
    expect(await healthcheck({ ...ownPort, ...env })).toBe(0);
  });

  it('is stopped by SIGTERM although a handshake never ends', async () => {
    const server = await start();
    await server.ready();
    const socket = connect(server.port, '127.0.0.1');
    socket.on('error', () => {});
    await once(socket, 'connect');
    // Accepted before this connection, which is answered.
    expect(await statusAt(server.port, '/healthz', { ca: ca.cert })).toBe(200);
    server.child.kill('SIGTERM');
    expect(await server.ended()).toBe(0);
  });

  it('says in one line which file is wrong, before it opens the database', async () => {
    const server = await start({
      KEYSTAMP_TLS_KEY_FILE: ca.keyFile,
      KEYSTAMP_DATA_DIR: '/nothing',
    });
    expect([await server.ended(), server.stdout()]).toEqual([1, '']);
    expect(server.stderr()).toBe(
      `keystamp: KEYSTAMP_TLS_KEY_FILE: got "${ca.keyFile}", expected the key of the first certificate in KEYSTAMP_TLS_CERT_FILE (${pair.certFile})\n`,
    );
  });

  it.runIf(isPostgres)('speaks TLS while it waits for PostgreSQL too', async () => {
    const port = await freePort();
    const metrics = { KEYSTAMP_METRICS: `127.0.0.1:${port}` };
    const server = await start({ DATABASE_URL: AWAY, ...metrics });
    await until(() => server.stdout().includes('out of reach'));
    await until(async () => (await statusAt(server.port, '/healthz', { ca: ca.cert })) === 200);
    expect(await statusAt(server.port, '/readyz', { ca: ca.cert })).toBe(503);
    const atMetrics = async (path: string) =>
      (await fetch(`http://127.0.0.1:${port}${path}`)).status;
    expect([await atMetrics('/healthz'), await atMetrics('/readyz')]).toEqual([200, 503]);
    expect(await healthcheck(metrics)).toBe(1);
    server.child.kill('SIGTERM');
    expect(await server.ended()).toBe(0);
  });
});
