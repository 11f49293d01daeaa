/**
 * Two servers behind nginx, Caddy and HAProxy, each run with its file in deploy/: instances are stopped and started one
 * after the other while a key is used. Needs all three programs (Debian: nginx-light, caddy, haproxy).
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort } from '@keystamp/testing/network/free-port';
import { startPostgres } from '@keystamp/testing/postgres/server';
import { buildPresent, serveTree, type Tree } from '@keystamp/testing/processes/revision';
import { until } from '@keystamp/testing/until';
import { createKeystamp } from 'keystamp';
import { introduce, printTable } from '../harness/report.js';

const deploy = new URL('../../deploy/', import.meta.url);

/** The file of deploy/ on loopback: other addresses, no certificate. */
function nginxOn(port: number, ports: readonly number[], home: string): string {
  const site = readFileSync(new URL('nginx.conf', deploy), 'utf8')
    .replace('10.0.0.11:4747', `127.0.0.1:${ports[0]}`)
    .replace('10.0.0.12:4747', `127.0.0.1:${ports[1]}`)
    .replace('listen 443 ssl', `listen 127.0.0.1:${port}`)
    .replace(/^\s*ssl_certificate.*$/gm, '');
  writeFileSync(join(home, 'site.conf'), site);
  const main = join(home, 'nginx.conf');
  writeFileSync(
    main,
    `daemon off; pid ${home}/pid; error_log ${home}/error.log;
     events {} http { include ${home}/site.conf; }`,
  );
  return main;
}

function caddyOn(port: number, ports: readonly number[], home: string): string {
  const site = readFileSync(new URL('Caddyfile', deploy), 'utf8')
    .replace('10.0.0.11:4747', `127.0.0.1:${ports[0]}`)
    .replace('10.0.0.12:4747', `127.0.0.1:${ports[1]}`)
    .replace('keys.example.com {', `http://127.0.0.1:${port} {`);
  const file = join(home, 'Caddyfile');
  writeFileSync(file, `{\n\tadmin off\n}\n${site}`);
  return file;
}

function haproxyOn(port: number, ports: readonly number[], home: string): string {
  const script = fileURLToPath(new URL('haproxy/keystamp.lua', deploy));
  const site = readFileSync(new URL('haproxy/haproxy.cfg', deploy), 'utf8')
    .replace('10.0.0.11:4747', `127.0.0.1:${ports[0]}`)
    .replace('10.0.0.12:4747', `127.0.0.1:${ports[1]}`)
    .replace('/etc/haproxy/keystamp.lua', script)
    .replace('abns@keystamp', `abns@keystamp-${port}`)
    .replace('-i keys.example.com', '127.0.0.1')
    .replace(/bind :443 .*/, `bind 127.0.0.1:${port}`);
  const file = join(home, 'haproxy.cfg');
  writeFileSync(file, site);
  return file;
}

const proxies = [
  {
    name: 'nginx',
    start: (port: number, ports: number[], home: string) =>
      spawn('nginx', ['-c', nginxOn(port, ports, home)], { stdio: 'ignore' }),
  },
  {
    name: 'Caddy',
    start: (port: number, ports: number[], home: string) =>
      spawn('caddy', ['run', '--adapter', 'caddyfile', '--config', caddyOn(port, ports, home)], {
        stdio: 'ignore',
        env: { ...process.env, HOME: home },
      }),
  },
  {
    name: 'HAProxy',
    start: (port: number, ports: number[], home: string) =>
      spawn('haproxy', ['-db', '-f', haproxyOn(port, ports, home)], { stdio: 'ignore' }),
  },
];

const tree = buildPresent();
const server = await startPostgres();
const maker = await createKeystamp({ database: server.url });
const { apiKey } = await maker.createApiKey({ userId: 'ada', name: 'A key' });
await maker.close();

async function statusThrough(url: string, path: string, key = apiKey): Promise<number> {
  const answer = await fetch(`${url}${path}`, { headers: { 'x-api-key': key } }).catch(() => null);
  await answer?.arrayBuffer();
  return answer?.status ?? 0;
}

/** Outcomes of requests one after the other while `work` goes on. */
async function statusesDuring(url: string, work: () => Promise<unknown>): Promise<string> {
  const counts = new Map<number, number>();
  let isDone = false;
  const working = work().finally(() => {
    isDone = true;
  });
  while (!isDone) {
    const status = await statusThrough(url, '/verify');
    counts.set(status, (counts.get(status) ?? 0) + 1);
  }
  await working;
  return [...counts].map(([status, count]) => `${count} × ${status}`).join(', ');
}

async function run(proxy: (typeof proxies)[number], built: Tree): Promise<string[]> {
  const ports = [await freePort(), await freePort()];
  const port = await freePort();
  const home = mkdtempSync(join(tmpdir(), 'keystamp-proxy-'));
  const serve = (at: number) =>
    serveTree(built, server.url, {
      KEYSTAMP_PORT: String(ports[at]),
      KEYSTAMP_PUBLIC_URL: 'https://keys.example.com',
      KEYSTAMP_TRUST_PROXY: 'loopback',
    });
  const running = [await serve(0), await serve(1)];
  const child: ChildProcess = proxy.start(port, ports, home);
  // SIGKILL would leave nginx's workers behind.
  process.once('exit', () => child.kill('SIGTERM'));
  const url = `http://127.0.0.1:${port}`;
  await until(async () => (await statusThrough(url, '/verify')) === 204);
  const rolling = await statusesDuring(url, async () => {
    for (const at of [0, 1]) {
      await running[at]?.stop();
      running[at] = await serve(at);
    }
  });
  const metrics = await statusThrough(url, '/metrics');
  const inUrl = await statusThrough(url, `/verify?api_key=${apiKey}`);
  for (const one of running) await one.stop();
  const away = await statusThrough(url, '/verify');
  child.kill('SIGTERM');
  await new Promise((resolve) => child.once('exit', resolve));
  rmSync(home, { recursive: true, force: true });
  return [proxy.name, rolling, String(away), String(metrics), String(inUrl)];
}

const rows: string[][] = [];
for (const proxy of proxies) rows.push(await run(proxy, tree));
await introduce('Two servers behind a proxy, restarted one after the other', server);
printTable(
  [
    'proxy',
    'requests while both are restarted, by answer',
    'both away',
    '/metrics',
    'key in the URL',
  ],
  rows,
);
await server.end();
