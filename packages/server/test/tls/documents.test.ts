import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openTls } from '../../src/tls/open-tls.js';
import { hasOpenssl, makeCertificateFolder } from '../support/certificates.js';
import { statusAt } from '../support/tls-client.js';

const DOCUMENT = new URL('../../../../docs/operate/tls.md', import.meta.url);

/** The commands after the mark that names this test. */
function documentedCommands(): string {
  const [, after = ''] = readFileSync(DOCUMENT, 'utf8').split('test/tls/documents.test.ts -->');
  return /```sh\n([\s\S]+?)```/.exec(after)?.[1] ?? 'false';
}

describe.skipIf(!hasOpenssl)('docs/operate/tls.md', () => {
  it('makes a certificate of a private CA, which clients of that CA trust by each name', async () => {
    const folder = makeCertificateFolder();
    execFileSync('sh', ['-ec', documentedCommands()], { cwd: folder.path, stdio: 'ignore' });
    const [ca, certFile, keyFile] = ['ca.crt', 'tls.crt', 'tls.key'].map((file) =>
      join(folder.path, file),
    ) as [string, string, string];
    const settings = { certFile, keyFile, clientCaFile: null };
    const { servers, close } = await openTls(settings, { info: () => {}, warn: () => {} });
    const server = servers.create((_request, response) => response.end()).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    for (const servername of ['keys.internal', 'localhost']) {
      expect(await statusAt(port, '/', { ca: readFileSync(ca), servername })).toBe(200);
    }
    const other = { ca: readFileSync(ca), servername: 'elsewhere.example' };
    expect(await statusAt(port, '/', other)).toBe('ERR_TLS_CERT_ALTNAME_INVALID');
    server.close();
    close();
    folder.remove();
  });
});
