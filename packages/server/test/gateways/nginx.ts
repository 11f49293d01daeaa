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

/**
 * What servers say around the example, by a name for it. Each of them once turned a request without a key into one that
 * reaches the service, or might.
 */
const surroundings = {
  'nothing else': () => '',
  'error pages': () => 'error_page 502 503 504 = /down.html;',
  'error pages for every status': () => `proxy_intercept_errors on; recursive_error_pages on;
    error_page 300 301 302 400 401 403 404 413 431 500 501 502 503 504 =200 /down.html;`,
  'a cache': () => `proxy_cache kept; proxy_cache_valid any 10m; proxy_cache_methods GET HEAD POST;
    proxy_ignore_headers Cache-Control Expires Set-Cookie Vary;
    proxy_cache_use_stale error timeout invalid_header http_500 http_502 http_503 http_504;`,
  'a copy of each answer': ({ home }) => `proxy_store ${home}/html/stored$uri;`,
  'files first': () => 'try_files $uri /down.html;',
  'a rewrite to a page': () => 'rewrite ^/_keystamp /down.html;',
  'a rewrite of everything to another program': () => `rewrite ^/(?!orders/) /front last;
    location = /front { return 204; }`,
  'regular expressions': ({ service }) => `location ~ \\.(css|php)$ {
      proxy_pass http://127.0.0.1:${service};
    }`,
  'an allowed address': () => 'satisfy any; allow all;',
  'a question of its own': () => `auth_request /always;
    location = /always { auth_request off; return 204; }`,
  'another method and body': () => 'proxy_method POST; proxy_set_body "made up";',
  'headers with underscores': () => 'underscores_in_headers on;',
  'small buffers': () => `proxy_buffer_size 1k; proxy_buffers 2 1k; proxy_busy_buffers_size 1k;
    proxy_max_temp_file_size 0;`,
} satisfies Record<string, (around: { home: string; service: number }) => string>;

/** nginx with the example in a server for each surrounding. */
export async function startNginx(places: Places, limits: Limits): Promise<RunningProxy> {
  const home = makeHome('nginx');
  mkdirSync(join(home, 'html'));
  writeIn(home, 'html/down.html', 'We are down.');
  writeIn(
    home,
    'example.conf',
    exampleOf('forward-auth/nginx.conf', {
      // For large uploads. The server stays at 1 MB.
      'location ^~ /orders/ {': 'location ^~ /orders/ { client_max_body_size 10m;',
      'location @orders {': 'location @orders { client_max_body_size 10m;',
      '127.0.0.1:8080': `127.0.0.1:${places.service}`,
      '127.0.0.1:4747': `127.0.0.1:${places.keystamp}`,
      ...(limits === 'patient' && { ' 1s;': ' 60s;', ' 3s;': ' 60s;' }),
    }),
  );
  const ports: Record<string, Ports> = {};
  const servers: string[] = [];
  for (const [name, around] of Object.entries(surroundings)) {
    const [http, http2] = [await freePort(), await freePort()];
    ports[name] = { http, http2, takes: name.includes('rewrite') ? 'question' : null };
    servers.push(`server {
      listen 127.0.0.1:${http}; listen 127.0.0.1:${http2} http2;
      ${around({ home, service: places.service })}
      include ${home}/example.conf;
    }`);
  }
  const file = writeIn(home, 'nginx.conf', mainFile(home, servers));
  return { ports, end: runProxy('nginx', ['-c', file], home).end };
}

export function mainFile(home: string, servers: readonly string[]): string {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
  return `daemon off; master_process off; pid ${home}/pid; error_log ${home}/error.log;
    events { worker_connections 4096; }
    http {
      access_log off;
      root ${home}/html;
      large_client_header_buffers 8 32k;
      proxy_cache_path ${home}/cache keys_zone=kept:1m;
      ${temporary.map((each) => `${each}_temp_path ${home}/${each};`).join(' ')}
      ${servers.join('\n')}
    }`;
}
