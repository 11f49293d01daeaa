import { Counter, Gauge, type Registry } from 'prom-client';
import { HANDSHAKE_FAILURES } from '../../tls/handshake-failures.js';
import type { TlsServers } from '../../tls/tls-servers.js';

/** Registers what a server that speaks TLS itself says of its certificate and its handshakes. */
export function registerTlsMetrics(registry: Registry, tls: TlsServers): void {
  registry.registerMetric(
    new Gauge({
      name: 'keystamp_tls_certificate_expiration_timestamp_seconds',
      help: 'When the TLS certificate in use expires, in seconds since 1970.',
      aggregator: 'min',
      registers: [],
      collect() {
        this.set(tls.certificate.validTo.getTime() / 1000);
      },
    }),
  );
  registry.registerMetric(
    new Counter({
      name: 'keystamp_tls_handshake_failures_total',
      help: 'TLS handshakes that failed, by reason.',
      labelNames: ['reason'],
      registers: [],
      collect() {
        this.reset();
        for (const reason of HANDSHAKE_FAILURES) this.inc({ reason }, tls.failures.total(reason));
      },
    }),
  );
}
