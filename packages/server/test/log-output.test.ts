import { execFileSync, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  closeSync,
  existsSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { connect, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTestDatabase, type TestDatabase } from '@keystamp/testing/databases/test-database';
import { startPostgres } from '@keystamp/testing/postgres/server';
import { until } from '@keystamp/testing/until';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type ServerProcess, startServerProcess } from './support/server-process.js';
import { PASSWORD } from './support/test-server.js';

const ADMIN = { KEYSTAMP_ADMIN_EMAIL: 'ada@example.com', KEYSTAMP_ADMIN_PASSWORD: PASSWORD };
const isPostgres = process.env['KEYSTAMP_TEST_DATABASE'] === 'postgres';
const FULL = '/dev/full';

const folder = mkdtempSync(join(tmpdir(), 'keystamp-log-'));
const disk = join(folder, 'disk');
execFileSync('mkdir', [disk]);
const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', disk]).status === 0;
let ground: TestDatabase | null = null;
let env: Record<string, string>;
let server: ServerProcess;

beforeAll(async () => {
  ground = isPostgres ? await createTestDatabase({ migrated: false }) : null;
  const place = ground?.url
    ? { DATABASE_URL: ground.url }
    : { KEYSTAMP_DATA_DIR: join(folder, 'data') };
  env = { ...ADMIN, ...place };
});
afterEach(() => server.kill());
afterAll(async () => {
  await ground?.drop();
  if (mounted) spawnSync('umount', ['-l', disk]);
  rmSync(folder, { recursive: true });
});

async function start(stderr: number, more: Record<string, string> = {}): Promise<void> {
  server = await startServerProcess({ ...env, ...more }, { stderr });
  await server.ready();
}

/** Signs in, makes a key, uses it and revokes it; each answer is what it is with a log that works. */
async function liveOfKey(): Promise<void> {
  const { url } = server;
  const post = (path: string, body: object, cookie = '') =>
    fetch(`${url}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: url, cookie },
      body: JSON.stringify(body),
    });
  const signedIn = await post('/api/auth/login', { email: 'ada@example.com', password: PASSWORD });
  expect(signedIn.status).toBe(200);
  const cookie = (signedIn.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
  const created = await post('/api/api-keys', { name: 'A key' }, cookie);
  expect(created.status).toBe(201);
  const { api_key, info } = (await created.json()) as { api_key: string; info: { id: string } };
  const use = () => fetch(`${url}/verify`, { headers: { 'x-api-key': api_key } });
  expect((await use()).status).toBe(204);
  expect((await post(`/api/api-keys/${info.id}/revoke`, {}, cookie)).status).toBe(200);
  expect((await use()).status).toBe(401);
}

async function figure(name: string): Promise<number> {
  const text = await (await fetch(`${server.url}/metrics`)).text();
  return Number(new RegExp(`^${name} (\\d+)$`, 'm').exec(text)?.[1]);
}

const droppedLines = () => figure('keystamp_log_lines_dropped_total');

async function stop(): Promise<void> {
  server.child.kill('SIGTERM');
  expect(await server.ended()).toBe(0);
}

describe.skipIf(!existsSync(FULL))('G7 a standard error without room', () => {
  it('starts, changes keys and stops as ever, and counts the lines', async () => {
    const full = openSync(FULL, 'w');
    await start(full);
    await liveOfKey();
    expect(await droppedLines()).toBeGreaterThanOrEqual(3);
    await stop();
    closeSync(full);
  });

  it.runIf(isPostgres)('K4 serves a known key while PostgreSQL is away', async () => {
    const postgres = await startPostgres();
    const full = openSync(FULL, 'w');
    try {
      await start(full, { DATABASE_URL: postgres.url });
      const { stdout } = spawnSync(
        process.execPath,
        ['packages/server/dist/cli/main.js', 'create', '--user', 'u', '--name', 'n', '--json'],
        { cwd: join(import.meta.dirname, '../../..'), env: { DATABASE_URL: postgres.url } },
      );
      const { api_key } = JSON.parse(String(stdout));
      const use = async () =>
        (await fetch(`${server.url}/verify`, { headers: { 'x-api-key': api_key } })).status;
      expect(await use()).toBe(204);
      await postgres.stop();
      await until(async () => (await figure('keystamp_database_reachable')) === 0);
      expect(await use()).toBe(204);
    } finally {
      await server.kill();
      await postgres.end();
      closeSync(full);
    }
  });
});

describe('G7 a log on a disk that was full', () => {
  it.skipIf(!mounted)('says once how many lines are missing; no line is cut', async () => {
    const filler = join(disk, 'filler');
    const log = openSync(join(disk, 'log'), 'a');
    await start(log, { KEYSTAMP_LOG_LEVEL: 'debug' });
    spawnSync('dd', ['if=/dev/zero', `of=${filler}`, 'bs=1k', 'count=100']);
    await sendMany(100);
    await liveOfKey();
    expect(await droppedLines()).toBeGreaterThan(0);
    writeFileSync(filler, '');
    await liveOfKey();
    await liveOfKey();
    const lines = readFileSync(join(disk, 'log'), 'utf8').trim().split('\n');
    const records = lines.flatMap((line) => (isJson(line) ? [JSON.parse(line)] : []));
    // A line that the disk cut off stands alone.
    expect(lines.length - records.length).toBeLessThanOrEqual(1);
    const reports = records.filter(({ msg }) => msg.startsWith('The log can be written again'));
    expect(reports).toMatchObject([
      { level: 'warn', dropped: await droppedLines(), code: 'ENOSPC' },
    ]);
    await stop();
    closeSync(log);
  });
});

function isJson(text: string): boolean {
  try {
    return typeof JSON.parse(text) === 'object';
  } catch {
    return false;
  }
}

describe('G7 a log in a pipe that nobody reads', () => {
  it('holds up no request and little memory, and goes on when it is read', async () => {
    const pipe = join(folder, 'pipe');
    execFileSync('mkfifo', [pipe]);
    // Read and write, so that opening it waits for nobody.
    const log = openSync(pipe, 'r+');
    await start(log, { KEYSTAMP_LOG_LEVEL: 'debug' });
    await until(async () => {
      await sendMany(4_000);
      return (await droppedLines()) > 0;
    });
    await liveOfKey();
    let text = '';
    const reader = new Socket({ fd: openSync(pipe, 'r+'), writable: false });
    reader.on('data', (data) => {
      text += data;
    });
    await until(async () => {
      await fetch(`${server.url}/healthz`);
      return text.includes('The log can be written again');
    });
    // What waited is bounded by bytes: a mebibyte, and what the pipe itself holds.
    expect(text.length).toBeLessThan(2 * 1024 * 1024);
    expect(text.match(/The log can be written again/g)).toHaveLength(1);
    await stop();
    reader.destroy();
    closeSync(log);
  });
});

/** Requests in one go on one connection, each of which is a line at level debug. */
async function sendMany(count: number): Promise<void> {
  const socket = connect(server.port, '127.0.0.1');
  const last = 'GET /healthz HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n';
  socket.end('GET /healthz HTTP/1.1\r\nhost: localhost\r\n\r\n'.repeat(count - 1) + last);
  socket.resume();
  await once(socket, 'close');
}
