import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTestDatabase, type TestDatabase } from '@keystamp/testing/databases/test-database';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDatabase } from '../src/database/index.js';

let ground: TestDatabase;
beforeAll(async () => {
  ground = await createTestDatabase({ migrated: false });
});
afterAll(() => ground.drop());

const version = expect.stringMatching(/^\d+(\.\d+)*$/);

describe('a database names itself', () => {
  it('by version, host, port and name; the embedded one by its folder', async () => {
    const identity = await ground.database.identify();
    if (ground.url === null) {
      expect(identity).toEqual({ kind: 'embedded', version, folder: null });
      return;
    }
    const { hostname, port, pathname } = new URL(ground.url);
    const place = { host: hostname, port: Number(port), name: pathname.slice(1) };
    expect(identity).toEqual({ kind: 'postgres', version, ...place });
  });

  it('a pool that was handed in, by where it leads', async () => {
    if (ground.url === null) return;
    const { hostname, port, pathname } = new URL(ground.url);
    const pool = new pg.Pool({
      host: hostname,
      port: Number(port),
      user: 'postgres',
      database: pathname.slice(1),
    });
    const database = await openDatabase(pool);
    const identity = await database.identify();
    await database.end();
    await pool.end();
    expect(identity).toMatchObject({ host: hostname, port: Number(port), name: pathname.slice(1) });
  });

  it('a server that is away is `database_unavailable`', async () => {
    const database = await openDatabase('postgres://ada:hunter2@127.0.0.1:9/none');
    await expect(database.identify()).rejects.toMatchObject({ code: 'database_unavailable' });
    await database.end();
  });

  it('in a folder, by the folder', async () => {
    const dataDir = realpathSync(mkdtempSync(join(tmpdir(), 'keystamp-identify-')));
    const database = await openDatabase(undefined, { dataDir });
    expect(await database.identify()).toEqual({ kind: 'embedded', version, folder: dataDir });
    await database.end();
    rmSync(dataDir, { recursive: true });
  });
});
