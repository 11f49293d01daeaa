import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { WatchedProgram } from '@keystamp/testing/processes/watched';
import { mainFile } from './nginx.js';
import { exampleOf, makeHome, runProxy, writeIn } from './proxy.js';

/** Where the proxy listens, and one instance of each fleet. */
export interface LabelPorts {
  readonly proxy: number;
  readonly eu: number;
  readonly us: number;
}

/** Each with its example of `deploy/labels`, moved to loopback and without TLS. */
export const labelProxies: Readonly<Record<string, (ports: LabelPorts) => WatchedProgram>> = {
  nginx: startNginx,
  haproxy: startHaproxy,
};

function moved({ eu, us }: LabelPorts) {
  return {
    '10.0.1.11:4747': `127.0.0.1:${eu}`,
    '10.0.1.12:4747': `127.0.0.1:${eu}`,
    '10.0.2.11:4747': `127.0.0.1:${us}`,
    '10.0.2.12:4747': `127.0.0.1:${us}`,
  };
}

function startNginx(ports: LabelPorts): WatchedProgram {
  const home = makeHome('nginx');
  mkdirSync(join(home, 'html'));
  const example = exampleOf('labels/nginx.conf', {
    ...moved(ports),
    'listen 443 ssl;': `listen 127.0.0.1:${ports.proxy};`,
    'ssl_certificate /etc/ssl/keys.example.com.crt;': '',
    'ssl_certificate_key /etc/ssl/private/keys.example.com.key;': '',
  });
  return runProxy('nginx', ['-c', writeIn(home, 'nginx.conf', mainFile(home, [example]))], home);
}

function startHaproxy(ports: LabelPorts): WatchedProgram {
  const home = makeHome('haproxy');
  const config = exampleOf('labels/haproxy.cfg', {
    ...moved(ports),
    ':443 ssl crt /etc/ssl/private/keys.example.com.pem alpn h2,http/1.1': `127.0.0.1:${ports.proxy}`,
  });
  return runProxy('haproxy', ['-db', '-f', writeIn(home, 'haproxy.cfg', config)], home);
}
