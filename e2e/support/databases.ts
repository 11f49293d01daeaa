import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Database, openDatabase } from 'keystamp/database';
import pg from 'pg';

export type DatabaseKind = 'embedded' | 'postgres';

/** A database of a test's own, which servers are started on. */
export interface StoryDatabase {
  /** What a server needs in its environment to use it. */
  readonly env: Readonly<Record<string, string>>;
  /** Opens it; the embedded one only while no server has it. */
  open(): Promise<Database>;
  remove(): Promise<void>;
}

export function createStoryDatabase(kind: DatabaseKind): Promise<StoryDatabase> {
  return kind === 'embedded' ? createEmbedded() : createOnPostgres();
}

async function createEmbedded(): Promise<StoryDatabase> {
  const dataDir = await mkdtemp(join(tmpdir(), 'keystamp-e2e-'));
  return {
    env: { KEYSTAMP_DATA_DIR: dataDir },
    open: () => openDatabase(undefined, { dataDir }),
    remove: () => rm(dataDir, { recursive: true, force: true }),
  };
}

/** The server that `global-setup.ts` started, or the one of `TEST_DATABASE_URL`. */
async function createOnPostgres(): Promise<StoryDatabase> {
  const server = process.env['KEYSTAMP_E2E_POSTGRES'];
  if (server === undefined) throw new Error('No PostgreSQL: global-setup.ts did not run');
  const name = `keystamp_e2e_${randomBytes(6).toString('hex')}`;
  await execute(server, `create database ${name}`);
  const url = new URL(server);
  url.pathname = `/${name}`;
  return {
    env: { DATABASE_URL: url.href },
    open: () => openDatabase(url.href),
    remove: () => execute(server, `drop database if exists ${name} with (force)`),
  };
}

async function execute(url: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
