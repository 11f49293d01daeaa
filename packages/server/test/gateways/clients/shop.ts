import { createReadStream } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { serveGit } from './git-backend.js';
import { makePackages, PACKAGE } from './packages.js';
import { makeRepository } from './repository.js';

/**
 * The service behind nginx: a git repository, an index for pip and a registry for npm. It knows nothing of keys.
 * `/orders/git/shop.git`, `/orders/pip/`, `/orders/npm/`.
 */
export interface Shop {
  readonly port: number;
  /** Requests that reached it, and the user that each came with. */
  readonly reached: { url: string; user: string; authorization: string | null }[];
  /** Where npm finds the package's file; set once the address of the proxy is known. */
  publicUrl: string;
  close(): Promise<void>;
}

/** `home` takes its files. */
export async function startShop(home: string): Promise<Shop> {
  const repositories = makeRepository(home);
  const { wheel, tarball } = makePackages(home);
  const reached: Shop['reached'] = [];
  const shop = { publicUrl: '' };
  const answer = (request: IncomingMessage, response: ServerResponse) => {
    const { pathname } = new URL(request.url ?? '', 'http://shop');
    const [, , kind, ...rest] = pathname.split('/');
    const file = rest.at(-1) ?? '';
    if (kind === 'git') return serveGit(request, response, repositories);
    if (kind === 'pip' && file.endsWith('.whl')) return sendFile(response, wheel);
    if (kind === 'pip') return sendHtml(response, `<a href="${wheel.split('/').at(-1)}">a</a>`);
    if (kind === 'npm' && file.endsWith('.tgz')) return sendFile(response, tarball);
    return sendJson(response, packument(shop.publicUrl));
  };
  const server = createServer((request, response) => {
    reached.push({
      url: request.url ?? '',
      user: String(request.headers['x-keystamp-user'] ?? ''),
      authorization: request.headers.authorization ?? null,
    });
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return Object.assign(shop, {
    port: (server.address() as AddressInfo).port,
    reached,
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  });
}

function packument(publicUrl: string) {
  const { name, version } = PACKAGE;
  const dist = { tarball: `${publicUrl}/orders/npm/${name}/-/${name}-${version}.tgz` };
  return {
    name,
    'dist-tags': { latest: version },
    versions: { [version]: { name, version, dist } },
  };
}

function sendFile(response: ServerResponse, path: string) {
  response.setHeader('content-type', 'application/octet-stream');
  createReadStream(join(path)).pipe(response);
}

function sendHtml(response: ServerResponse, text: string) {
  response.setHeader('content-type', 'text/html').end(`<!DOCTYPE html><body>${text}</body>`);
}

function sendJson(response: ServerResponse, value: object) {
  response.setHeader('content-type', 'application/json').end(JSON.stringify(value));
}
