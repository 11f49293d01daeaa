import type { Logger } from 'pino';
import type { TlsSettings } from '../config/tls-settings.js';
import { HandshakeFailures } from './handshake-failures.js';
import { readPemFiles } from './pem-files.js';
import { CertificateRenewal } from './renewal.js';
import { readCertificate } from './server-certificate.js';
import { TlsServers } from './tls-servers.js';

export interface OpenedTls {
  readonly servers: TlsServers;
  /** Ends the looking at the files. */
  close(): void;
}

/** Reads the certificate, and goes on to look at its files. Throws a `StartFailure` where it cannot be served. */
export async function openTls(
  settings: TlsSettings,
  logger: Pick<Logger, 'info' | 'warn'>,
): Promise<OpenedTls> {
  const certificate = readCertificate(await readPemFiles(settings), settings);
  const servers = new TlsServers(certificate, new HandshakeFailures(logger));
  const renewal = new CertificateRenewal(settings, servers, logger);
  await renewal.start();
  return { servers, close: () => renewal.stop() };
}
