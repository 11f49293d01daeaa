import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Where nginx asks whether a request may pass: a port of another server, or itself, which says yes at once. */
export type Asked = number | 'itself';

export interface Nginx {
  readonly url: string;
  end(): Promise<void>;
}

/** Whether Debian's nginx, with `auth_request`, is there. */
export function hasNginx(): boolean {
  try {
    execFileSync('nginx', ['-v'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** One worker of nginx with a location for each of `asked`, `/0`, `/1` and on: it asks there and answers a word. */
export async function startNginx(asked: readonly Asked[]): Promise<Nginx> {
  const folder = mkdtempSync(join(tmpdir(), 'keystamp-nginx-'));
  const port = await freePort();
  writeFileSync(join(folder, 'nginx.conf'), configOf(folder, port, asked));
  const child = spawn(
    'nginx',
    ['-c', join(folder, 'nginx.conf'), '-e', join(folder, 'error.log')],
    {
      stdio: 'ignore',
    },
  );
  const url = `http://127.0.0.1:${port}`;
  await answers(child, `${url}/`);
  return {
    url,
    end: async () => {
      const gone = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGQUIT');
      await gone;
      rmSync(folder, { recursive: true });
    },
  };
}

function configOf(folder: string, port: number, asked: readonly Asked[]): string {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
  const upstreams = asked.map((at, i) =>
    at === 'itself'
      ? ''
      : `upstream asked${i} { server 127.0.0.1:${at}; keepalive 64; keepalive_requests 1000000; }`,
  );
  const locations = asked.map(
    (at, i) => `
    location = /${i} { auth_request /asked${i}; try_files /none @passed; }
    location = /asked${i} { internal; ${
      at === 'itself'
        ? 'return 204;'
        : `
      proxy_pass http://asked${i}/verify; proxy_http_version 1.1; proxy_set_header Connection "";
      proxy_pass_request_body off; proxy_set_header Content-Length "";`
    } }`,
  );
  return `daemon off; worker_processes 1; pid ${folder}/pid;
events { worker_connections 512; }
http {
  access_log off; keepalive_requests 1000000000;
  ${temporary.map((name) => `${name}_temp_path ${folder}/${name};`).join(' ')}
  ${upstreams.join('\n  ')}
  server {
    listen 127.0.0.1:${port}; root ${folder};
    location @passed { return 200 "passed"; }
    location = / { return 200 "up"; }${locations.join('')}
  }
}
`;
}

async function answers(child: ChildProcess, url: string): Promise<void> {
  for (;;) {
    if (child.exitCode !== null) throw new Error(`nginx ended with ${child.exitCode}`);
    const answer = await fetch(url).catch(() => null);
    if (answer !== null) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' ? (address?.port ?? 0) : 0));
    });
  });
}
