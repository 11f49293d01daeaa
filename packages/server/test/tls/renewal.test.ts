import { once } from 'node:events';
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openLog } from '../../src/log/log.js';
import { HandshakeFailures } from '../../src/tls/handshake-failures.js';
import { readPemFiles } from '../../src/tls/pem-files.js';
import { CertificateRenewal } from '../../src/tls/renewal.js';
import { readCertificate } from '../../src/tls/server-certificate.js';
import { TlsServers } from '../../src/tls/tls-servers.js';
import {
  type CertificateFolder,
  hasOpenssl,
  makeCertificateFolder,
  type Pair,
} from '../support/certificates.js';
import { openTlsClient, servedAt, statusAt } from '../support/tls-client.js';

const HOUR = 60 * 60 * 1000;

let made: CertificateFolder;
let ca: Pair;
let first: Pair;
let second: Pair;

beforeAll(() => {
  if (!hasOpenssl) return;
  made = makeCertificateFolder();
  ca = made.make('ca');
  first = made.make('first', ca);
  second = made.make('second', ca);
});
afterAll(() => made?.remove());

/** Two servers that serve what stands in a folder of their own. */
interface Ground {
  readonly certFile: string;
  readonly keyFile: string;
  readonly clientCaFile: string;
  readonly servers: TlsServers;
  readonly renewal: CertificateRenewal;
  readonly ports: readonly [number, number];
  readonly lines: readonly { level: string; msg: string; reason?: string }[];
  /** Its clock, in ms since 1970. */
  now: number;
  served(): Promise<string>;
  close(): void;
}

let ground: Ground;
let folder: string;

beforeEach((context) => {
  folder = join(made.path, `served-${context.task.id}`);
  mkdirSync(folder);
});
afterEach(() => ground?.close());

async function open({ withClientCa = false } = {}): Promise<Ground> {
  const [certFile, keyFile, clientCaFile] = ['tls.crt', 'tls.key', 'ca.crt'].map((name) =>
    join(folder, name),
  ) as [string, string, string];
  const settings = { certFile, keyFile, clientCaFile: withClientCa ? clientCaFile : null };
  const lines: Ground['lines'][number][] = [];
  const logger = openLog('info', { write: (line) => lines.push(JSON.parse(line)) });
  const certificate = readCertificate(await readPemFiles(settings), settings);
  const servers = new TlsServers(certificate, new HandshakeFailures(logger));
  const listening = await Promise.all([listen(servers), listen(servers)]);
  const [one, other] = listening;
  const opened = {
    now: Date.now(),
    certFile,
    keyFile,
    clientCaFile,
    servers,
    lines,
    ports: [one.port, other.port] as const,
    served: () => servedAt(one.port, { ca: ca.cert }),
  };
  const renewal = new CertificateRenewal(settings, servers, logger, () => opened.now);
  await renewal.start();
  const close = () => {
    renewal.stop();
    servers.closeAllConnections();
    for (const each of listening) each.close();
  };
  return Object.assign(opened, { renewal, close });
}

async function listen(servers: TlsServers) {
  const server = servers.create((_request, response) => response.end('ok')).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { port: (server.address() as AddressInfo).port, close: () => server.close() };
}

/** As certbot and most programs do it: a new file takes the place of the old one. */
function replace(file: string, text: string): void {
  writeFileSync(`${file}.new`, text, { mode: 0o600 });
  renameSync(`${file}.new`, file);
}

function put({ cert, key }: Pair): void {
  replace(join(folder, 'tls.crt'), cert);
  replace(join(folder, 'tls.key'), key);
}

async function checkTwice({ renewal }: Ground): Promise<void> {
  await renewal.check();
  await renewal.check();
}

describe.skipIf(!hasOpenssl)('a certificate whose files change', () => {
  it('is served once two looks in a row find it, at every server', async () => {
    put(first);
    ground = await open();
    expect(await ground.served()).toBe(first.fingerprint);
    put(second);
    await ground.renewal.check();
    expect(await ground.served()).toBe(first.fingerprint);
    await ground.renewal.check();
    const served = ground.ports.map((port) => servedAt(port, { ca: ca.cert }));
    expect(await Promise.all(served)).toEqual([second.fingerprint, second.fingerprint]);
    expect(ground.lines).toEqual([
      expect.objectContaining({
        level: 'info',
        msg: 'The changed TLS files are used from now on.',
        fingerprint: second.fingerprint,
      }),
    ]);
  });

  it('is served after Kubernetes swaps the link to its folder', async () => {
    for (const [version, pair] of [['1', first] as const, ['2', second] as const]) {
      mkdirSync(join(folder, version));
      copyFileSync(pair.certFile, join(folder, version, 'tls.crt'));
      copyFileSync(pair.keyFile, join(folder, version, 'tls.key'));
    }
    symlinkSync('1', join(folder, '..data'));
    symlinkSync('..data/tls.crt', join(folder, 'tls.crt'));
    symlinkSync('..data/tls.key', join(folder, 'tls.key'));
    ground = await open();
    symlinkSync('2', join(folder, '..data_tmp'));
    renameSync(join(folder, '..data_tmp'), join(folder, '..data'));
    await checkTwice(ground);
    expect(await ground.served()).toBe(second.fingerprint);
  });

  it('is served after the files are written in place, with the times that they had', async () => {
    put(first);
    ground = await open();
    writeFileSync(ground.certFile, second.cert);
    writeFileSync(ground.keyFile, second.key);
    await checkTwice(ground);
    expect(await ground.served()).toBe(second.fingerprint);
  });

  it('does not disturb connections that are open', async () => {
    put(first);
    ground = await open();
    const socket = await openTlsClient(ground.ports[0], { ca: ca.cert });
    put(second);
    await checkTwice(ground);
    socket.write('GET / HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n');
    expect(String((await once(socket, 'data'))[0])).toContain('200 OK');
    expect(socket.getPeerCertificate().fingerprint256).toBe(first.fingerprint);
    socket.destroy();
  });

  it('does not resume sessions from before', async () => {
    put(first);
    ground = await open();
    const options = { ca: ca.cert, maxVersion: 'TLSv1.2' } as const;
    const before = await openTlsClient(ground.ports[0], options);
    const session = before.getSession();
    before.destroy();
    const same = await openTlsClient(ground.ports[0], { ...options, session });
    expect(same.isSessionReused()).toBe(true);
    same.destroy();
    put(second);
    await checkTwice(ground);
    const after = await openTlsClient(ground.ports[0], { ...options, session });
    expect(after.isSessionReused()).toBe(false);
    after.destroy();
  });
});

describe.skipIf(!hasOpenssl)('changed files that cannot be served', () => {
  const notUsed = 'The changed TLS files are not used. The earlier ones stay.';

  it.each([
    ['a key of another certificate', () => replace(ground.certFile, second.cert), 'the key of'],
    ['no PEM', () => replace(ground.certFile, 'soon'), 'certificate in PEM'],
    ['a file that is gone', () => rmSync(ground.keyFile), 'can be read; ENOENT'],
  ])('%s: the earlier ones stay, and one line says why', async (_what, change, reason) => {
    put(first);
    ground = await open();
    change();
    for (let i = 0; i < 5; i++) await ground.renewal.check();
    expect(await ground.served()).toBe(first.fingerprint);
    expect(ground.lines).toEqual([
      expect.objectContaining({
        level: 'warn',
        msg: notUsed,
        reason: expect.stringContaining(reason),
      }),
    ]);
    put(second);
    await checkTwice(ground);
    expect(await ground.served()).toBe(second.fingerprint);
  });

  it('a pair that is half written at a look is used when it is whole, without a line', async () => {
    put(first);
    ground = await open();
    replace(ground.certFile, second.cert);
    await ground.renewal.check();
    replace(ground.keyFile, second.key);
    await checkTwice(ground);
    expect(await ground.served()).toBe(second.fingerprint);
    expect(ground.lines.map(({ msg }) => msg)).not.toContain(notUsed);
  });

  it('files that are as they were again say nothing', async () => {
    put(first);
    ground = await open();
    replace(ground.certFile, 'soon');
    await ground.renewal.check();
    put(first);
    for (let i = 0; i < 3; i++) await ground.renewal.check();
    expect(ground.lines).toEqual([]);
  });
});

describe.skipIf(!hasOpenssl)("a CA of clients' certificates that changes", () => {
  it('lets in the clients of the new one, and no others', async () => {
    const [oldCa, newCa] = [made.make('old-ca'), made.make('new-ca')];
    const [oldClient, newClient] = [made.make('old', oldCa), made.make('new', newCa)];
    put(first);
    replace(join(folder, 'ca.crt'), oldCa.cert);
    ground = await open({ withClientCa: true });
    const status = ({ cert, key }: Pair) =>
      statusAt(ground.ports[0], '/', { ca: ca.cert, cert, key });
    expect([await status(oldClient), await status(newClient)]).toEqual([200, 'ECONNRESET']);
    replace(ground.clientCaFile, newCa.cert);
    await checkTwice(ground);
    expect([await status(oldClient), await status(newClient)]).toEqual(['ECONNRESET', 200]);
  });
});

describe.skipIf(!hasOpenssl)('a certificate out of its time', () => {
  const linesOf = (what: string) =>
    ground.lines.filter(({ msg }) => msg === `The TLS certificate ${what}. Clients refuse it.`);

  it('that has expired has a line at once and each day', async () => {
    put(first);
    ground = await open();
    await checkTwice(ground);
    expect(ground.lines).toEqual([]);
    ground.now += 25 * HOUR;
    await checkTwice(ground);
    expect(linesOf('has expired')).toHaveLength(1);
    ground.now += 23 * HOUR;
    await checkTwice(ground);
    expect(linesOf('has expired')).toHaveLength(1);
    ground.now += HOUR;
    await checkTwice(ground);
    expect(linesOf('has expired')).toHaveLength(2);
  });

  it('that is not valid yet has a line', async () => {
    put(first);
    ground = await open();
    ground.now -= HOUR;
    await checkTwice(ground);
    expect(linesOf('is not valid yet')).toHaveLength(1);
  });
});

describe.skipIf(!hasOpenssl || process.platform === 'win32')('a key file', () => {
  it.each([
    [0o600, 0],
    [0o640, 0],
    [0o644, 1],
  ])('with mode %o has %i warnings', async (mode, count) => {
    put(first);
    chmodSync(join(folder, 'tls.key'), mode);
    ground = await open();
    const warnings = ground.lines.filter(({ msg }) => msg.includes('can read the TLS key'));
    expect(warnings).toHaveLength(count);
  });
});
