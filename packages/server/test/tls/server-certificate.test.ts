import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readPemFiles } from '../../src/tls/pem-files.js';
import { readCertificate } from '../../src/tls/server-certificate.js';
import {
  type CertificateFolder,
  hasOpenssl,
  makeCertificateFolder,
  type Pair,
} from '../support/certificates.js';

let folder: CertificateFolder;
let ca: Pair;
let server: Pair;

beforeAll(() => {
  if (!hasOpenssl) return;
  folder = makeCertificateFolder();
  ca = folder.make('ca');
  server = folder.make('server', ca);
});
afterAll(() => folder?.remove());

async function read(certFile: string, keyFile: string, clientCaFile: string | null = null) {
  const settings = { certFile, keyFile, clientCaFile };
  return readCertificate(await readPemFiles(settings), settings);
}

describe.skipIf(!hasOpenssl)('a certificate that can be served', () => {
  it('is read with its fingerprint and its time', async () => {
    const { fingerprint, validFrom, validTo } = await read(server.certFile, server.keyFile);
    expect(fingerprint).toBe(server.fingerprint);
    expect(validTo.getTime() - validFrom.getTime()).toBe(24 * 60 * 60 * 1000);
  });

  it('may have text, its CA and its key in the same file', async () => {
    const file = folder.write('all.pem', `text\n${server.cert}${ca.cert}${server.key}`);
    expect((await read(file, file)).fingerprint).toBe(server.fingerprint);
  });

  it('may have a key of RSA', async () => {
    const { certFile, keyFile, fingerprint } = folder.make('rsa', ca, ['-newkey', 'rsa:2048']);
    expect((await read(certFile, keyFile)).fingerprint).toBe(fingerprint);
  });
});

describe.skipIf(!hasOpenssl)('what cannot be served', () => {
  const away = '/nothing/here';

  it.each([
    ['a certificate that is away', 'KEYSTAMP_TLS_CERT_FILE', () => [away, server.keyFile]],
    ['a key that is away', 'KEYSTAMP_TLS_KEY_FILE', () => [server.certFile, away]],
    [
      'a CA that is away',
      'KEYSTAMP_TLS_CLIENT_CA_FILE',
      () => [server.certFile, server.keyFile, away],
    ],
  ])('%s', async (_what, variable, files) => {
    await expect(read(...(files() as [string, string]))).rejects.toThrow(
      `${variable}: got "${away}", expected a file that can be read; ENOENT`,
    );
  });

  it('a folder', async () => {
    await expect(read(folder.path, server.keyFile)).rejects.toThrow(/CERT_FILE: .+; EISDIR/);
  });

  it.each([
    ['nothing', ''],
    ['DER', '\x30\x82\x01\x0a'],
    ['a broken block', '-----BEGIN CERTIFICATE-----\nbm90aGluZw==\n-----END CERTIFICATE-----\n'],
    ['half a block', '-----BEGIN CERTIFICATE-----\nMIIB'],
  ])('%s for a certificate, for a key and for the CA', async (_what, text) => {
    const file = folder.write('wrong', text);
    await expect(read(file, server.keyFile)).rejects.toThrow(
      `KEYSTAMP_TLS_CERT_FILE: got "${file}", expected the server's certificate in PEM`,
    );
    await expect(read(server.certFile, file)).rejects.toThrow(
      `KEYSTAMP_TLS_KEY_FILE: got "${file}", expected a private key in PEM`,
    );
    await expect(read(server.certFile, server.keyFile, file)).rejects.toThrow(
      `KEYSTAMP_TLS_CLIENT_CA_FILE: got "${file}", expected the CA certificates`,
    );
  });

  it('the key of another certificate', async () => {
    await expect(read(server.certFile, ca.keyFile)).rejects.toThrow(
      `KEYSTAMP_TLS_KEY_FILE: got "${ca.keyFile}", expected the key of the first certificate in KEYSTAMP_TLS_CERT_FILE (${server.certFile})`,
    );
  });

  it('the CA before the certificate', async () => {
    const file = folder.write('upside-down.pem', ca.cert + server.cert);
    await expect(read(file, server.keyFile)).rejects.toThrow('key of the first certificate in');
  });

  it.each(['-traditional', '-aes256'])('a key with a passphrase, %s', async (format) => {
    const file = join(folder.path, `encrypted${format}`);
    const args = ['pkcs8', '-topk8', '-v2', 'aes256', '-passout', 'pass:hunter2'];
    const traditional = ['ec', '-aes256', '-passout', 'pass:hunter2'];
    const command = format === '-traditional' ? traditional : args;
    execFileSync('openssl', [...command, '-in', server.keyFile, '-out', file], { stdio: 'ignore' });
    await expect(read(server.certFile, file)).rejects.toThrow(
      `KEYSTAMP_TLS_KEY_FILE: got "${file}", expected a key without a passphrase: this one is encrypted`,
    );
  });

  it('a key that OpenSSL finds too small', async () => {
    const { certFile, keyFile } = folder.make('small', undefined, ['-newkey', 'rsa:512']);
    await expect(read(certFile, keyFile)).rejects.toThrow(
      /KEYSTAMP_TLS_CERT_FILE: .+OpenSSL takes; .*too small/,
    );
  });
});
