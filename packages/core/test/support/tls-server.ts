import { chownSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Certificate } from '@keystamp/testing/network/certificates';
import { runAs } from '@keystamp/testing/postgres/binaries';
import { debianPostgres } from '@keystamp/testing/postgres/debian';
import { type PostgresServer, startPostgres } from '@keystamp/testing/postgres/server';
import { until } from '@keystamp/testing/until';

/** A server with TLS. The role `app` may connect by it alone, `plain` without it alone, and `certified` with a certificate. */
export interface TlsServer extends PostgresServer {
  /** What the server shows from now on; null: it has no TLS. */
  show(certificate: Certificate | null): Promise<void>;
  urlFor(role: string, parameters: string, host?: string): string;
}

const RULES = [
  'hostssl all app 127.0.0.1/32 trust',
  'host all app 127.0.0.1/32 reject',
  'hostnossl all plain 127.0.0.1/32 trust',
  'host all plain 127.0.0.1/32 reject',
  'hostssl all certified 127.0.0.1/32 cert',
];

/** Debian's PostgreSQL: whether the one from npm has TLS is up to who built it. */
export async function startTlsServer(shown: Certificate, clientCa: string): Promise<TlsServer> {
  const server = await startPostgres({ bin: debianPostgres() ?? '' });
  const rules = join(server.dataDir, 'pg_hba.conf');
  writeFileSync(rules, `${RULES.join('\n')}\n${readFileSync(rules, 'utf8')}`);
  for (const role of ['app', 'plain', 'certified']) {
    await server.exec(`create role ${role} superuser login`);
  }
  await server.exec(`alter system set ssl_ca_file = '${clientCa}'`);
  const show = async (certificate: Certificate | null) => {
    if (certificate !== null) {
      const { cert, key } = certificate;
      if (runAs.uid !== undefined) chownSync(key, runAs.uid, runAs.gid ?? runAs.uid);
      await server.exec(`alter system set ssl_cert_file = '${cert}'`);
      await server.exec(`alter system set ssl_key_file = '${key}'`);
    }
    await server.exec(`alter system set ssl = ${certificate === null ? 'off' : 'on'}`);
    await reloaded(server);
  };
  await show(shown);
  return Object.assign(server, {
    show,
    urlFor: (role: string, parameters: string, host = 'localhost') =>
      `postgres://${role}@${host}:${server.port}/postgres?${parameters}`,
  });
}

/** Resolves when new connections meet what is set now. */
async function reloaded(server: PostgresServer): Promise<void> {
  const loadedAt = async () => (await server.exec('select pg_conf_load_time() as at')).rows[0].at;
  const before = await loadedAt();
  await server.exec('select pg_reload_conf()');
  await until(async () => Number(await loadedAt()) > Number(before), { what: 'the reload' });
}
