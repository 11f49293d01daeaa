import { join } from 'node:path';
import { freePort } from '@keystamp/testing/network/free-port';
import { until } from '@keystamp/testing/until';
import { createKeyServer, type KeyServer } from '../support/key-server.js';
import { createKeys, type Keys } from './keys.js';
import { exampleOf, makeHome, type RunningProxy, runProxy, writeIn } from './proxy.js';
import { send } from './send.js';
import { type Service, startService } from './service.js';

/** The line of the example that tells caches on the way. */
const PRIVATE = 'add_header Cache-Control private always;';
const IN_ORDERS = `${PRIVATE}\n  proxy_cache off;`;
const KEEP_ALL = 'proxy_ignore_headers Cache-Control; proxy_cache_valid any 10m;';

/** nginx with the example, which guards the service; each is the example but for one change. */
const guards = {
  'the example': {},
  'the example without Cache-Control': { [PRIVATE]: '' },
  'a cache in the example': { [IN_ORDERS]: 'proxy_cache kept;' },
  'a cache in the example, by key': {
    [IN_ORDERS]: 'proxy_cache kept; proxy_cache_key $keystamp_key$request_uri;',
  },
} satisfies Record<string, Record<string, string>>;

/** What an nginx that keeps answers, in front of the one that guards, says about keeping. */
export const nginxCaches = {
  'at its defaults': '',
  'that ignores Cache-Control': KEEP_ALL,
  'that passes by what has a key': `${KEEP_ALL}
    proxy_no_cache $http_x_api_key$http_authorization;
    proxy_cache_bypass $http_x_api_key$http_authorization;`,
} satisfies Record<string, string>;

/** The same of Varnish. */
export const varnishCaches = {
  'at its defaults': '',
  'that ignores Cache-Control':
    'sub vcl_backend_response { set beresp.ttl = 10m; return (deliver); }',
  'that passes by what has a key': `sub vcl_recv {
      if (req.http.X-API-Key || req.http.Authorization) { return (pass); }
    }
    sub vcl_backend_response { set beresp.ttl = 10m; return (deliver); }`,
} satisfies Record<string, string>;

export type Guard = keyof typeof guards;

export interface Caches {
  readonly server: KeyServer;
  readonly service: Service;
  readonly keys: Keys;
  /** The ports of the guards. */
  readonly guards: Readonly<Record<Guard, number>>;
  /** Starts an nginx that keeps answers in front of a guard; gives its port. */
  nginx(guard: Guard, keeping: string): Promise<number>;
  /** The same with Varnish. */
  varnish(guard: Guard, keeping: string): Promise<number>;
  close(): Promise<void>;
}

type Program = Pick<RunningProxy, 'end'>;

export async function openCaches(): Promise<Caches> {
  const server = await createKeyServer({ env: { KEYSTAMP_TRUST_PROXY: '127.0.0.1' } });
  await server.app.listen({ host: '127.0.0.1', port: 0 });
  const service = await startService();
  const places = { keystamp: server.context.localPort(), service: service.port };
  const started: Program[] = [];
  const ports = await startGuards(places, started);
  return {
    server,
    service,
    keys: await createKeys(server),
    guards: ports,
    nginx: (guard, keeping) =>
      startNginx(
        (home) => [
          `location / { proxy_cache kept; ${keeping} proxy_pass http://127.0.0.1:${ports[guard]}; }`,
          home,
        ],
        started,
      ),
    varnish: (guard, keeping) => startVarnish(ports[guard], keeping, started),
    close: async () => {
      for (const program of started) await program.end();
      await service.close();
      await server.close();
    },
  };
}

async function startGuards(places: { keystamp: number; service: number }, started: Program[]) {
  const entries = Object.entries(guards).map(async ([name, changes]) => {
    const example = exampleOf('forward-auth/nginx.conf', {
      ...changes,
      '127.0.0.1:8080': `127.0.0.1:${places.service}`,
      '127.0.0.1:4747': `127.0.0.1:${places.keystamp}`,
      ' 1s;': ' 60s;',
      ' 3s;': ' 60s;',
    });
    return [name, await startNginx((home) => [example, home], started)] as const;
  });
  return Object.fromEntries(await Promise.all(entries)) as Record<Guard, number>;
}

/** One server on a port of its own, with a cache that is called "kept". */
async function startNginx(
  serverOf: (home: string) => [server: string, home: string],
  started: Program[],
): Promise<number> {
  const port = await freePort();
  const [server, home] = serverOf(makeHome('cache'));
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
  const file = writeIn(
    home,
    'nginx.conf',
    `daemon off; master_process off; pid ${home}/pid; error_log ${home}/error.log;
    events { worker_connections 256; }
    http {
      access_log off; root ${home};
      proxy_cache_path ${home}/cache keys_zone=kept:1m;
      ${temporary.map((each) => `${each}_temp_path ${home}/${each};`).join(' ')}
      server { listen 127.0.0.1:${port}; ${server} }
    }`,
  );
  started.push(runProxy('nginx', ['-c', file], home));
  await listening(port);
  return port;
}

async function startVarnish(guard: number, keeping: string, started: Program[]): Promise<number> {
  const port = await freePort();
  const home = makeHome('varnish');
  const backend = `backend default { .host = "127.0.0.1"; .port = "${guard}"; }`;
  const file = writeIn(home, 'default.vcl', `vcl 4.1;\n${backend}\n${keeping}\n`);
  const listen = ['-F', '-j', 'none', '-a', `127.0.0.1:${port}`, '-T', 'none'];
  const where = ['-f', file, '-n', join(home, 'work'), '-s', 'malloc,16m'];
  started.push(runProxy('varnishd', [...listen, ...where], home));
  await listening(port);
  return port;
}

/** The path is not one that is asked for later: the answer may be kept. */
async function listening(port: number): Promise<void> {
  const ask = () => send(port, { path: '/listening' }).catch(() => null);
  await until(ask, { what: 'the program to listen' });
}
