import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { WatchedProgram } from '@keystamp/testing/processes/watched';
import { mainFile } from './nginx.js';
import { exampleOf, makeHome, runProxy, writeIn } from './proxy.js';

/** The ports of the two Keystamps of the examples, and where the proxy listens. */
export interface PathPorts {
  readonly proxy: number;
  /** Of `/keys/`, which the proxy passes on. */
  readonly keys: number;
  /** Of `/test/keys/`, which the proxy takes off. */
  readonly test: number;
  /** Whatever else the host serves. */
  readonly site: number;
}

/** Each with its example of `deploy/path`, moved to loopback and without TLS. */
export const pathProxies: Readonly<Record<string, (ports: PathPorts) => WatchedProgram>> = {
  nginx: startNginx,
  caddy: startCaddy,
  haproxy: startHaproxy,
};

function moved({ keys, test }: PathPorts) {
  return { '127.0.0.1:4747': `127.0.0.1:${keys}`, '127.0.0.1:4748': `127.0.0.1:${test}` };
}

function startNginx(ports: PathPorts): WatchedProgram {
  const home = makeHome('nginx');
  mkdirSync(join(home, 'html'));
  const example = exampleOf('path/nginx.conf', moved(ports));
  const server = `server {
    listen 127.0.0.1:${ports.proxy};
    location / { proxy_pass http://127.0.0.1:${ports.site}; }
    ${example}
  }`;
  return runProxy('nginx', ['-c', writeIn(home, 'nginx.conf', mainFile(home, [server]))], home);
}

function startCaddy(ports: PathPorts): WatchedProgram {
  const home = makeHome('caddy');
  const site = exampleOf('path/Caddyfile', {
    ...moved(ports),
    'example.com {': `http://127.0.0.1:${ports.proxy} {
      reverse_proxy 127.0.0.1:${ports.site}`,
  });
  const file = writeIn(home, 'Caddyfile', `{\n\tadmin off\n}\n${site}`);
  return runProxy('caddy', ['run', '--adapter', 'caddyfile', '--config', file], home);
}

function startHaproxy(ports: PathPorts): WatchedProgram {
  const home = makeHome('haproxy');
  const config = exampleOf('path/haproxy.cfg', {
    ...moved(ports),
    ':443 ssl crt /etc/ssl/private/example.com.pem alpn h2,http/1.1': `127.0.0.1:${ports.proxy}`,
    '127.0.0.1:8080': `127.0.0.1:${ports.site}`,
  });
  return runProxy('haproxy', ['-db', '-f', writeIn(home, 'haproxy.cfg', config)], home);
}
