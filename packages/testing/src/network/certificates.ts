import { execFileSync } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const ELLIPTIC = ['-nodes', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256'];

/** Paths of a certificate and of its key. */
export interface Certificate {
  readonly cert: string;
  readonly key: string;
}

/** An authority of one's own. */
export interface Authority extends Certificate {
  /** `days` below zero: it has expired. */
  sign(given: { name: string; dnsName?: string; days?: number }): Certificate;
}

/** Whether OpenSSL's program is there, which makes the certificates. */
export function hasOpenssl(): boolean {
  try {
    execFileSync('openssl', ['version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** A folder for certificates, which others may read. */
export function certificateFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'keystamp-tls-'));
  execFileSync('chmod', ['755', folder]);
  return folder;
}

export function makeAuthority(folder: string, name: string): Authority {
  const at = (file: string) => join(folder, file);
  const ca = { cert: at(`${name}.pem`), key: at(`${name}.key`) };
  openssl('req', '-new', '-x509', ...ELLIPTIC, '-subj', `/CN=${name}`, ...out(ca));
  return {
    ...ca,
    sign: ({ name: subject, dnsName, days = 30 }) => {
      const made = { cert: at(`${name}-${subject}.pem`), key: at(`${name}-${subject}.key`) };
      const request = at(`${name}-${subject}.csr`);
      const names = dnsName === undefined ? [] : ['-addext', `subjectAltName=DNS:${dnsName}`];
      const asked = ['-subj', `/CN=${subject}`, ...names, ...out({ ...made, cert: request })];
      openssl('req', '-new', ...ELLIPTIC, ...asked);
      const by = ['-CA', ca.cert, '-CAkey', ca.key, '-CAcreateserial', '-copy_extensions', 'copy'];
      const args = ['-req', '-in', request, '-days', String(days), ...by, '-out', made.cert];
      openssl('x509', ...args);
      return made;
    },
  };
}

/** A certificate that is its own authority. */
export function makeSelfSigned(folder: string, dnsName: string): Certificate {
  const made = { cert: join(folder, 'self.pem'), key: join(folder, 'self.key') };
  const names = ['-subj', `/CN=${dnsName}`, '-addext', `subjectAltName=DNS:${dnsName}`];
  openssl('req', '-new', '-x509', ...ELLIPTIC, ...names, ...out(made));
  return made;
}

function out({ cert, key }: Certificate): string[] {
  return ['-keyout', key, '-out', cert];
}

function openssl(...args: string[]): void {
  execFileSync('openssl', args, { stdio: 'pipe' });
}
