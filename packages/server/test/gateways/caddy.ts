import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from '@keystamp/testing/network/free-port';
import {
  exampleOf,
  type Limits,
  makeHome,
  type Places,
  type Ports,
  type RunningProxy,
  runProxy,
  writeIn,
} from './proxy.js';

/** What sites say beside the example, by a name for it. */
const surroundings = {
  'nothing else': () => '',
  'error pages': ({ home }) => `handle_errors {
    root * ${home}/html
    rewrite * /down.html
    file_server
  }`,
  'an answer for every error': () => `handle_errors {
    respond "We are down." 200
  }`,
  'files first': ({ home }) => `root * ${home}/html
    try_files {path} /down.html
    file_server`,
  rewrites: () => `uri strip_prefix /orders
    rewrite /verify* /down.html`,
  'a proxy of its own': ({ service }) => `reverse_proxy 127.0.0.1:${service}
    reverse_proxy /orders/* 127.0.0.1:${service}`,
  compression: () => 'encode gzip',
} satisfies Record<string, (around: { home: string; service: number }) => string>;

/** Caddy with the example in a site for each surrounding. */
export async function startCaddy(places: Places, limits: Limits): Promise<RunningProxy> {
  const home = makeHome('caddy');
  mkdirSync(join(home, 'html'));
  writeIn(home, 'html/down.html', 'We are down.');
  const ports: Record<string, Ports> = {};
  const sites: string[] = [];
  for (const [name, around] of Object.entries(surroundings)) {
    // One port for both versions of HTTP.
    const port = await freePort();
    ports[name] = { http: port, http2: port, takes: name.includes('error') ? 'errors' : null };
    sites.push(
      exampleOf('forward-auth/Caddyfile', {
        'example.com {': `http://127.0.0.1:${port} {
          ${around({ home, service: places.service })}`,
        '127.0.0.1:8080': `127.0.0.1:${places.service}`,
        '127.0.0.1:4747': `127.0.0.1:${places.keystamp}`,
        ...(limits === 'patient' && { ' 1s': ' 60s', ' 3s': ' 60s' }),
      }),
    );
  }
  const options = '{\n\tadmin off\n\tservers {\n\t\tprotocols h1 h2c\n\t}\n}\n';
  const file = writeIn(home, 'Caddyfile', options + sites.join('\n'));
  const args = ['run', '--adapter', 'caddyfile', '--config', file];
  return { ports, end: runProxy('caddy', args, home).end };
}
