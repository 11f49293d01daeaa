import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const root = new URL('../../../', import.meta.url);

/** Where everything stands for one run of a proxy. */
export interface Places {
  readonly proxy: number;
  readonly keystamp: number;
  readonly service: number;
  /** A folder of its own. */
  readonly home: string;
}

export interface ProxyProgram {
  readonly name: string;
  /** Runs it with what the documents show, moved to loopback: other addresses, no certificate. */
  start(places: Places): ChildProcess;
}

export const proxies: readonly ProxyProgram[] = [
  { name: 'nginx', start: startNginx },
  { name: 'Caddy', start: startCaddy },
  { name: 'HAProxy', start: startHaproxy },
];

function startNginx({ proxy, keystamp, service, home }: Places): ChildProcess {
  const locations = exampleIn('nginx')
    .replace('127.0.0.1:8080', `127.0.0.1:${service}`)
    .replace('127.0.0.1:4747', `127.0.0.1:${keystamp}`);
  const file = join(home, 'nginx.conf');
  writeFileSync(
    file,
    `daemon off; pid ${home}/pid; error_log ${home}/error.log;
     events {} http { access_log off; server { listen 127.0.0.1:${proxy}; ${locations} } }`,
  );
  return spawn('nginx', ['-c', file], { stdio: 'ignore' });
}

function startCaddy({ proxy, keystamp, service, home }: Places): ChildProcess {
  const site = exampleIn('caddyfile')
    .replace('example.com {', `http://127.0.0.1:${proxy} {`)
    .replace('127.0.0.1:8080', `127.0.0.1:${service}`)
    .replace('127.0.0.1:4747', `127.0.0.1:${keystamp}`);
  const file = join(home, 'Caddyfile');
  writeFileSync(file, `{\n\tadmin off\n}\n${site}`);
  const env = { ...process.env, HOME: home };
  return spawn('caddy', ['run', '--adapter', 'caddyfile', '--config', file], {
    stdio: 'ignore',
    env,
  });
}

function startHaproxy({ proxy, keystamp, service, home }: Places): ChildProcess {
  const listener = `abns@keystamp-${proxy}`;
  const script = readFileSync(new URL('deploy/haproxy/keystamp.lua', root), 'utf8');
  writeFileSync(join(home, 'keystamp.lua'), script.replace('abns@keystamp', listener));
  const config = readFileSync(new URL('deploy/haproxy/haproxy.cfg', root), 'utf8')
    .replace('/etc/haproxy/keystamp.lua', join(home, 'keystamp.lua'))
    .replace('abns@keystamp', listener)
    .replace(/bind :443 .*/, `bind 127.0.0.1:${proxy}`)
    .replace('10.0.0.21:8080', `127.0.0.1:${service}`)
    .replace('10.0.0.11:4747', `127.0.0.1:${keystamp}`)
    .replace(/^\s*server two .*$/m, '');
  const file = join(home, 'haproxy.cfg');
  writeFileSync(file, config);
  return spawn('haproxy', ['-db', '-f', file], { stdio: 'ignore' });
}

/** The one example in that language of docs/forward-auth.md. */
function exampleIn(language: string): string {
  const page = readFileSync(new URL('docs/forward-auth.md', root), 'utf8');
  const [, example] = new RegExp(`\`\`\`${language}\n(.*?)\`\`\``, 's').exec(page) ?? [];
  if (example === undefined) throw new Error(`docs/forward-auth.md has no example in ${language}`);
  return example;
}
