import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTestDatabase, type TestDatabase } from '@keystamp/testing/databases/test-database';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { databaseName } from '../src/start/database-name.js';
import { type CliGround, createCliGround } from './support/cli-ground.js';
import { type ServerProcess, startServerProcess } from './support/server-process.js';

const folder = mkdtempSync(join(tmpdir(), 'keystamp-which-'));
const isPostgres = process.env['KEYSTAMP_TEST_DATABASE'] === 'postgres';
let ground: TestDatabase | null = null;
let server: ServerProcess | undefined;

beforeAll(async () => {
  if (isPostgres) ground = await createTestDatabase({ migrated: false });
});
afterEach(() => server?.kill());
afterAll(async () => {
  await ground?.drop();
  rmSync(folder, { recursive: true, force: true });
});

/** The environment of a database, and the line that names it. */
function place(): { env: Record<string, string>; line: RegExp } {
  if (ground?.url) {
    const url = new URL(ground.url);
    url.password = 'hunter2secret';
    const name = url.pathname.slice(1);
    const line = new RegExp(
      `^Database: PostgreSQL [\\d.]+ at 127\\.0\\.0\\.1:${url.port}, database ${name}$`,
    );
    return { env: { DATABASE_URL: url.href }, line };
  }
  const dataDir = join(folder, 'data');
  const line = new RegExp(`^Database: embedded PostgreSQL [\\d.]+ in ${dataDir}$`);
  return { env: { KEYSTAMP_DATA_DIR: dataDir }, line };
}

describe('a server', { timeout: 120_000 }, () => {
  it('names its database first, without a password', async () => {
    const { env, line } = place();
    server = await startServerProcess(env);
    await server.ready();
    const [first, ...rest] = server.stdout().split('\n');
    expect(first).toMatch(line);
    expect(rest.filter((each) => each.startsWith('Database: '))).toEqual([]);
    expect(server.stdout() + server.stderr()).not.toContain('hunter2');
  });

  it('does not start with an empty DATABASE_URL, and makes no embedded database', async () => {
    server = await startServerProcess({ DATABASE_URL: '', KEYSTAMP_DATA_DIR: join(folder, 'no') });
    expect(await server.ended()).toBe(1);
    expect(server.stderr()).toMatch(/^keystamp: DATABASE_URL: set, but empty; expected .*\n$/);
    expect(existsSync(join(folder, 'no'))).toBe(false);
  });

  it('warns of a variable that may be meant by DATABASE_URL', async () => {
    const env = {
      KEYSTAMP_DATA_DIR: join(folder, 'near'),
      POSTGRES_URL: 'postgres://a:hunter2@h/d',
    };
    server = await startServerProcess(env);
    await server.ready();
    expect(server.stderr()).toContain('"msg":"POSTGRES_URL is set and is not read.');
    expect(server.stderr()).not.toContain('hunter2');
  });
});

describe('a command', () => {
  let cli: CliGround;
  let name: string;
  beforeAll(async () => {
    cli = await createCliGround();
    name = databaseName(await (await cli.ground.open()).identify());
  });
  afterAll(() => cli.drop());

  it('names its database at a terminal, on standard error', async () => {
    const { out, err } = await cli.run(['list'], { errIsTerminal: true });
    expect([out, err]).toEqual(['', `Database: ${name}\nNo keys found.\n`]);
    expect((await cli.run(['migrate', 'status'], { errIsTerminal: true })).err).toBe(
      `Database: ${name}\n`,
    );
  });

  it('elsewhere names it in each line of its log, and adds none', async () => {
    expect((await cli.run(['list', '--json'])).err).toBe('');
    const { err } = await cli.run(['create', '--user', '7', '--name', 'x', '--json']);
    expect(JSON.parse(err)).toMatchObject({ audit: true, msg: 'API key created', database: name });
  });
});

describe('the name of a database', () => {
  it.each([
    [{ host: 'db.example.com', port: 5432 }, 'at db.example.com:5432, database keys'],
    [{ host: '::1', port: 5433 }, 'at [::1]:5433, database keys'],
    [{ host: '/run/postgresql', port: 5432 }, 'at /run/postgresql (port 5432), database keys'],
  ])('at %o', (at, expected) => {
    const identity = { kind: 'postgres', version: '18.4', name: 'keys', ...at } as const;
    expect(databaseName(identity)).toBe(`PostgreSQL 18.4 ${expected}`);
  });
});
