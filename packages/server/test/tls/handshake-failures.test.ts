import type { TLSSocket } from 'node:tls';
import { describe, expect, it } from 'vitest';
import { failureOf, HandshakeFailures } from '../../src/tls/handshake-failures.js';

const MINUTE = 60_000;

function open() {
  const lines: object[] = [];
  const clock = { now: 0 };
  const logger = { warn: (fields: object) => lines.push(fields) };
  return { failures: new HandshakeFailures(logger, () => clock.now), lines, clock };
}

describe('handshakes that fail', () => {
  it('have one line a minute and reason, with the number of those since the last line', () => {
    const { failures, lines, clock } = open();
    for (let i = 0; i < 100; i++) failures.count('protocol', '192.0.2.7');
    failures.count('untrusted', '192.0.2.8');
    clock.now = MINUTE - 1;
    failures.count('protocol', '192.0.2.7');
    clock.now = MINUTE;
    failures.count('protocol', '192.0.2.9');
    expect(lines).toEqual([
      { reason: 'protocol', from: '192.0.2.7', handshakes: 1 },
      { reason: 'untrusted', from: '192.0.2.8', handshakes: 1 },
      { reason: 'protocol', from: '192.0.2.9', handshakes: 101 },
    ]);
    expect([failures.total('protocol'), failures.total('untrusted')]).toEqual([102, 1]);
  });

  it('are counted without a line where the client only goes away', () => {
    const { failures, lines } = open();
    failures.count('aborted', undefined);
    expect([failures.total('aborted'), lines]).toEqual([1, []]);
  });

  it.each([
    ['ERR_SSL_HTTP_REQUEST', 'plain_http'],
    ['ERR_SSL_UNSUPPORTED_PROTOCOL', 'protocol'],
    ['ERR_SSL_NO_SHARED_CIPHER', 'protocol'],
    ['ERR_SSL_TLSV1_ALERT_UNKNOWN_CA', 'untrusted'],
    ['ERR_SSL_SSLV3_ALERT_CERTIFICATE_UNKNOWN', 'untrusted'],
    ['ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE', 'untrusted'],
    ['ERR_SSL_PEER_DID_NOT_RETURN_A_CERTIFICATE', 'client_certificate'],
    ['ERR_SSL_WRONG_VERSION_NUMBER', 'other'],
    ['ERR_TLS_HANDSHAKE_TIMEOUT', 'aborted'],
    ['ECONNRESET', 'aborted'],
  ])('%s is %s', (code, reason) => {
    expect(failureOf(Object.assign(new Error(), { code }), {} as TLSSocket)).toBe(reason);
  });
});
