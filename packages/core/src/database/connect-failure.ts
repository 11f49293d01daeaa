import type { Place } from './postgres-config.js';
import type { Tls } from './tls.js';

/**
 * A connection that fails for a reason that the operator has to remove. It keeps the driver's code; `remedy` says what to do.
 * It does not pass by itself, but a renewed certificate or a change of the server may end it.
 */
class ConnectFailure extends Error {
  override readonly name = 'ConnectFailure';
  readonly code: string;
  readonly remedy: string;

  constructor({ cause, problem, remedy }: { cause: Error; problem: string; remedy: string }) {
    super(`${problem} (${cause.message}). ${remedy}`, { cause });
    this.code = String((cause as { code?: unknown }).code ?? 'TLS');
    this.remedy = remedy;
  }
}

const OWN_AUTHORITY = 'sslmode=verify-full&sslrootcert=/path/ca.pem';

/** The error with its cause and its remedy, where TLS is to blame; any other error as it is. */
export function explainConnectFailure(error: unknown, place: Place, tls: Tls): unknown {
  if (!(error instanceof Error) || 'remedy' in error) return error;
  const explanation =
    tls.mode === 'disable' ? withoutTls(error) : (ofServer(error, place, tls) ?? ofClient(error));
  return explanation === null ? error : new ConnectFailure({ cause: error, ...explanation });
}

interface Explanation {
  readonly problem: string;
  readonly remedy: string;
}

/** PgBouncer's words are "SSL required"; those of PostgreSQL before 14 "SSL off". */
function withoutTls(error: Error): Explanation | null {
  if (!/no encryption|SSL off|SSL required|hostssl/i.test(error.message)) return null;
  return {
    problem: 'The server does not let this connection in without TLS',
    remedy: `Add sslmode=verify-full to the URL, or ${OWN_AUTHORITY} where the authority is your own.`,
  };
}

const UNKNOWN_AUTHORITY = new Set([
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'CERT_UNTRUSTED',
  'CERT_SIGNATURE_FAILURE',
  'INVALID_CA',
]);

function ofServer(error: Error, { host, port }: Place, tls: Tls): Explanation | null {
  const code = String((error as { code?: unknown }).code);
  const certificate = `The certificate of ${host}:${port}`;
  const where = tls.hasRootCert
    ? 'Write the certificate of its authority into the file of sslrootcert.'
    : `Add ${OWN_AUTHORITY} to the URL, with the certificate of its authority in that file.`;
  if (code === 'DEPTH_ZERO_SELF_SIGNED_CERT') {
    const remedy = where.replace('of its authority', 'itself');
    return { problem: `${certificate} is self-signed and not trusted`, remedy };
  }
  if (UNKNOWN_AUTHORITY.has(code)) {
    return {
      problem: `${certificate} is signed by an authority that is not trusted`,
      remedy: where,
    };
  }
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') {
    return {
      problem: `${certificate} is for another host`,
      remedy:
        'Use a host name that the certificate has, or sslmode=verify-ca, which does not check the name.',
    };
  }
  if (code === 'CERT_HAS_EXPIRED') {
    return { problem: `${certificate}, or of its authority, has expired`, remedy: 'Renew it.' };
  }
  if (code === 'CERT_NOT_YET_VALID') {
    return {
      problem: `${certificate} is not valid yet`,
      remedy: 'Set the clock of this host, or wait for the first day of the certificate.',
    };
  }
  if (!/does not support SSL/.test(error.message)) return null;
  return {
    problem: `The server at ${host}:${port} has no TLS`,
    remedy: `Set ssl = on there. On a network that nobody else can reach, sslmode=disable goes without.`,
  };
}

/** The server does not take the certificate of this client. */
function ofClient(error: Error): Explanation | null {
  const code = String((error as { code?: unknown }).code);
  if (/valid client certificate|certificate required/i.test(error.message)) {
    return {
      problem: 'The server wants a certificate of the client',
      remedy: 'Add sslcert=/path/client.pem&sslkey=/path/client.key to the URL.',
    };
  }
  if (/^ERR_SSL_.*ALERT_(UNKNOWN_CA|BAD_CERTIFICATE|CERTIFICATE_)/.test(code)) {
    return {
      problem: 'The server does not trust the certificate of this client',
      remedy: 'Check sslcert against ssl_ca_file of the server.',
    };
  }
  if (!/certificate authentication failed/.test(error.message)) return null;
  return {
    problem: 'The certificate of this client is for another user',
    remedy: 'Its common name (CN) has to be the user of the URL.',
  };
}
