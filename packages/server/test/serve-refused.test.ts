import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort } from '@keystamp/testing/network/free-port';
import { describe, expect, it } from 'vitest';
import { AWAY, isPostgres, makePlace, serversOnPreparedPlace } from './serve-place.js';

const A_FILE = fileURLToPath(import.meta.url);

const start = serversOnPreparedPlace();

describe('keystamp serve, where it cannot start', { timeout: 120_000 }, () => {
  it('says in one line which variable is wrong', async () => {
    const server = await start({ KEYSTAMP_PRECISION_MS: 'fast' });
    expect(await server.ended()).toBe(1);
    expect(server.stdout()).toBe('');
    expect(server.stderr()).toBe(
      'keystamp: KEYSTAMP_PRECISION_MS: got "fast", expected a whole number from 200 to 25000\n',
    );
  });

  it('says in one line that the path of the public URL is its own, and ends', async () => {
    const metrics = `127.0.0.1:${await freePort()}`;
    const server = await start({
      KEYSTAMP_PUBLIC_URL: 'https://example.com/api/',
      KEYSTAMP_METRICS: metrics,
    });
    expect(await server.ended()).toBe(1);
    expect(server.stdout()).not.toContain('Sign in at');
    expect(server.stderr()).toContain(
      'keystamp: KEYSTAMP_PUBLIC_URL: got "https://example.com/api", expected a path that is not',
    );
  });

  it('says in one line that the port is in use', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as { port: number };
    try {
      const server = await start({ KEYSTAMP_PORT: String(port) });
      expect(await server.ended()).toBe(1);
      const lines = server
        .stderr()
        .split('\n')
        .filter((line) => line.startsWith('keystamp: '));
      expect(lines).toEqual([
        `keystamp: 127.0.0.1:${port} is in use by another program: set KEYSTAMP_PORT to a free port`,
      ]);
      expect(server.stdout()).toMatch(/^Database: .+\n$/);
    } finally {
      other.close();
    }
  });

  it('says what to open where another Keystamp has the port', async () => {
    const first = await start();
    await first.ready();
    const other = await makePlace();
    try {
      const second = await start({ ...other.env, KEYSTAMP_PORT: String(first.port) });
      expect(await second.ended()).toBe(1);
      expect(second.stderr()).toContain(
        `127.0.0.1:${first.port} is in use by another Keystamp: open ${first.url}/, or set KEYSTAMP_PORT`,
      );
    } finally {
      await other.remove();
    }
  });

  it.each([
    ['192.0.2.1', /EADDRNOTAVAIL/],
    ['no-such-host.invalid', /ENOTFOUND|EAI_AGAIN/],
  ])('says in one line that it cannot listen on %s, and opens no database', async (host, why) => {
    const folder = join(tmpdir(), `keystamp-never-made-${process.pid}`);
    const server = await start({
      KEYSTAMP_HOST: host,
      KEYSTAMP_PUBLIC_URL: 'http://localhost:4747',
      ...(isPostgres ? { DATABASE_URL: AWAY } : { KEYSTAMP_DATA_DIR: folder }),
    });
    expect([await server.ended(), server.stdout()]).toEqual([1, '']);
    const line = server.stderr();
    expect(line.trimEnd()).not.toContain('\n');
    expect(line).toContain(
      `keystamp: KEYSTAMP_HOST: got "${host}", expected an address of this machine, or a name of one; `,
    );
    expect(line).toMatch(why);
    expect(existsSync(folder)).toBe(false);
  });

  it.skipIf(isPostgres).each([
    ['a file', A_FILE],
    ['below a file', join(A_FILE, 'data')],
  ])('says in one line that the folder is %s', async (_what, folder) => {
    const server = await start({ KEYSTAMP_DATA_DIR: folder });
    expect([await server.ended(), server.stdout()]).toEqual([1, '']);
    const line = server.stderr();
    expect(line.trimEnd()).not.toContain('\n');
    const told = `keystamp: KEYSTAMP_DATA_DIR: got "${folder}", expected a folder that can be made and written; `;
    expect(line.slice(0, told.length)).toBe(told);
    expect(line.slice(told.length)).toMatch(/^ENOTDIR/);
  });

  it.skipIf(isPostgres)('refuses a folder that another server has open, in one line', async () => {
    const first = await start();
    await first.ready();
    const second = await start();
    expect(await second.ended()).toBe(1);
    expect(second.stderr()).toMatch(
      /^keystamp: .* is in use by .*\. It serves these keys already: open its page, .*\n$/,
    );
    expect(second.stderr()).toContain(`by process ${first.child.pid} (${first.url}/). It`);
    expect((await fetch(`${first.url}/readyz`)).status).toBe(200);
  });
});
