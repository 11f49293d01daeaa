import { chmodSync } from 'node:fs';
import { freePort } from '@keystamp/testing/network/free-port';
import { until } from '@keystamp/testing/until';
import { createKeyServer, type KeyServer } from '../support/key-server.js';
import { exampleOf, makeHome, runProxy, writeIn } from './proxy.js';
import { send } from './send.js';
import { type Service, startService } from './service.js';
import { startTlsFront } from './tls-front.js';

const MODULES = '/usr/lib/apache2/modules';
/** What the example needs: name, and file without `mod_`. */
const NEEDED = [
  ['mpm_event', 'mpm_event'],
  ['authn_core', 'authn_core'],
  ['authz_core', 'authz_core'],
  ['authz_user', 'authz_user'],
  ['headers', 'headers'],
  ['proxy', 'proxy'],
  ['proxy_http', 'proxy_http'],
  ['auth_openidc', 'auth_openidc'],
] as const;

/** Lines of the example that a test takes out: what Apache does then is its default. */
export const OWN_SCOPES = 'OIDCOAuthIntrospectionEndpointParams scope=orders%3Aread';
export const OWN_INTERVAL = 'OIDCOAuthTokenIntrospectionInterval -1';

/** Apache with the example of `deploy/`, in front of a service, and a real Keystamp behind TLS. */
export interface ResourceServer {
  readonly server: KeyServer;
  readonly service: Service;
  /** How often Apache asked. */
  introspections(): number;
  /** The status of a request with this key; null: without one. */
  statusWith(apiKey: string | null): Promise<number>;
  close(): Promise<void>;
}

export async function openApache(
  env: Record<string, string>,
  without: readonly string[] = [],
): Promise<ResourceServer> {
  const server = await createKeyServer({ env });
  await server.app.listen({ host: '127.0.0.1', port: 0 });
  const gateway = await server.issue({ userId: server.ada.id, scopes: ['introspect'] });
  const service = await startService();
  const home = makeHome('apache');
  // Where it starts as root, its processes run as another user.
  chmodSync(home, 0o755);
  const front = await startTlsFront(home, server.context.localPort());
  const port = await freePort();
  const example = exampleOf('introspection/apache.conf', {
    'https://keys.example.com': `https://127.0.0.1:${front.port}`,
    '127.0.0.1:8080': `127.0.0.1:${service.port}`,
    ...Object.fromEntries(without.map((line) => [line, ''])),
  });
  const main = mainFile(home, port, [
    `OIDCCABundlePath ${front.caFile}`,
    `Define KEYSTAMP_GATEWAY_KEY ${gateway.apiKey}`,
  ]);
  const file = writeIn(home, 'apache.conf', `${main}\n${example}`);
  const program = runProxy('apache2', ['-f', file, '-DFOREGROUND'], home);
  await until(() => send(port).catch(() => null), { what: 'Apache to listen' });
  return {
    server,
    service,
    introspections: () => front.paths.length,
    statusWith: async (apiKey) => {
      const headers = apiKey === null ? [] : ['Authorization', `Bearer ${apiKey}`];
      return (await send(port, { headers })).status;
    },
    close: async () => {
      await program.end();
      await front.close();
      await service.close();
      await server.close();
    },
  };
}

function mainFile(home: string, port: number, more: readonly string[]): string {
  return [
    `ServerRoot ${home}`,
    `DefaultRuntimeDir ${home}`,
    `PidFile ${home}/pid`,
    `ErrorLog ${home}/error.log`,
    'ServerName localhost',
    `Listen 127.0.0.1:${port}`,
    ...NEEDED.map(([name, file]) => `LoadModule ${name}_module ${MODULES}/mod_${file}.so`),
    ...(process.getuid?.() === 0 ? ['User www-data', 'Group www-data'] : []),
    ...more,
  ].join('\n');
}
