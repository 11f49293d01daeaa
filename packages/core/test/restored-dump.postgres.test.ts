import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { debianPostgres } from '@keystamp/testing/postgres/debian';
import { type PostgresServer, startPostgres } from '@keystamp/testing/postgres/server';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createKeystamp, type Keystamp } from '../src/index.js';

const bin = debianPostgres();
const folder = mkdtempSync(join(tmpdir(), 'keystamp-dump-'));
const dump = join(folder, 'keys.dump');
const warnings: string[] = [];

function open(server: PostgresServer): Promise<Keystamp> {
  warnings.length = 0;
  const ignore = () => {};
  const warn = (_fields: object, message: string) => void warnings.push(message);
  const logger = { debug: ignore, info: ignore, warn, error: ignore };
  return createKeystamp({ database: server.urlOf('keys'), logger, precisionMs: 200 });
}

async function run(server: PostgresServer, program: string, ...args: string[]): Promise<void> {
  const at = ['-h', '127.0.0.1', '-p', String(server.port), '-U', 'postgres'];
  await promisify(execFile)(join(bin ?? '', program), [...at, ...args]);
}

describe.skipIf(bin === null)('a dump that is restored with pg_restore', () => {
  let server: PostgresServer;
  beforeAll(async () => {
    server = await startPostgres({ bin: bin ?? '' });
    await server.exec('create database keys');
  });
  afterAll(async () => {
    await server.end();
    rmSync(folder, { recursive: true });
  });

  it('G10 is noticed at the start; once it is booked, "never used" is not said of a key that was used', async () => {
    const before = await open(server);
    const { apiKey, key } = await before.createApiKey({ userId: 'ada', name: 'CI' });
    await run(server, 'pg_dump', '--format=custom', '--file', dump, 'keys');
    const backupAt = before.now();
    expect((await before.validateUserApiKey(apiKey)).valid).toBe(true);
    await before.flush();
    expect((await before.getApiKey(key.id))?.lastUsedAt).not.toBeNull();
    await before.close();
    expect(warnings).toEqual([]);

    await server.exec('drop database keys with (force)');
    await server.exec('create database keys');
    await run(server, 'pg_restore', '--no-owner', '--dbname', 'keys', dump);

    const after = await open(server);
    expect(warnings).toEqual([
      expect.stringMatching(/restored from a dump.*keystamp restored --at/),
    ]);
    expect(await after.listApiKeys()).toMatchObject({
      keys: [{ lastUsedAt: null }],
      restoredAt: null,
    });
    const booked = await after.bookRestore(backupAt);
    expect(booked.backupAt).toEqual(backupAt);
    const listed = await after.listApiKeys();
    expect(listed).toMatchObject({
      keys: [{ id: key.id, lastUsedAt: null }],
      trackingSince: booked.restoredAt,
      restoredAt: booked.restoredAt,
    });
    expect(listed.trackingSince.getTime()).toBeGreaterThan(key.createdAt.getTime());
    await after.close();

    const later = await open(server);
    expect(warnings).toEqual([]);
    await later.close();
  });
});
