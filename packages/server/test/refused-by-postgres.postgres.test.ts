import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type PostgresServer, startPostgres } from '@keystamp/testing/postgres/server';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { keystamp } from './support/cli.js';
import { startServerProcess } from './support/server-process.js';

/** A server that asks `grace` for a password, lets `bob` in without rights, and keeps everybody out of `closed`. */
let postgres: PostgresServer;

beforeAll(async () => {
  postgres = await startPostgres();
  await postgres.exec("create role grace login password 'correct horse'");
  await postgres.exec('create role bob login');
  await postgres.exec('create database closed');
  await postgres.exec('revoke connect on database closed from public');
  const rules = join(postgres.dataDir, 'pg_hba.conf');
  const demands = 'host all grace 127.0.0.1/32 scram-sha-256\n';
  writeFileSync(rules, demands + readFileSync(rules, 'utf8'));
  await postgres.stop();
  await postgres.start();
}, 120_000);
afterAll(() => postgres.end());

function urlOf(user: string, database: string): string {
  return `postgres://${user}@127.0.0.1:${postgres.port}/${database}`;
}

const REFUSALS: [string, () => Record<string, string>, RegExp][] = [
  [
    'a database that is missing',
    () => ({ DATABASE_URL: urlOf('postgres:hunter2', 'nowhere') }),
    /^keystamp: DATABASE_URL: PostgreSQL says: database "nowhere" does not exist; expected the name of a database that exists\n$/,
  ],
  [
    'a role that is missing',
    () => ({ DATABASE_URL: urlOf('nobody:hunter2', 'postgres') }),
    /^keystamp: DATABASE_URL: PostgreSQL says: role "nobody" does not exist; expected a user whom the server lets in\n$/,
  ],
  [
    'a wrong password',
    () => ({ DATABASE_URL: urlOf('grace:hunter2', 'postgres') }),
    /^keystamp: DATABASE_URL: PostgreSQL says: password authentication failed for user "grace"; expected a user and the password of that user\n$/,
  ],
  [
    'a database that the role may not connect to',
    () => ({ DATABASE_URL: urlOf('bob:hunter2', 'closed') }),
    /^keystamp: DATABASE_URL: PostgreSQL says: permission denied for database "closed"; expected a user who may connect, and who owns the schema keystamp or may create it\n$/,
  ],
  [
    'a direct address alone that is refused',
    () => ({
      DATABASE_URL: urlOf('postgres', 'postgres'),
      LISTEN_DATABASE_URL: urlOf('grace:hunter2', 'postgres'),
    }),
    /^keystamp: LISTEN_DATABASE_URL: PostgreSQL says: password authentication failed .*\n$/,
  ],
  [
    'a direct address of another database',
    () => ({
      DATABASE_URL: urlOf('postgres', 'postgres'),
      LISTEN_DATABASE_URL: urlOf('postgres:hunter2', 'template1'),
    }),
    /^keystamp: LISTEN_DATABASE_URL: the value is not shown, expected a URL that leads to the same database .*\n$/,
  ],
  [
    'the first address, with a direct one beside it',
    () => ({
      DATABASE_URL: urlOf('grace:hunter2', 'postgres'),
      LISTEN_DATABASE_URL: urlOf('postgres', 'postgres'),
    }),
    /^keystamp: DATABASE_URL: PostgreSQL says: password authentication failed .*\n$/,
  ],
];

describe('PostgreSQL answers and refuses: one line that names the variable', () => {
  it.each(REFUSALS)('keystamp serve: %s', async (_what, env, line) => {
    const server = await startServerProcess(env());
    expect(await server.ended()).toBe(1);
    // Where the first address answered, it was named.
    expect(server.stdout()).toMatch(/^(Database: .*\n)?$/);
    expect(server.stderr()).toMatch(line);
    expect(server.stderr()).not.toContain('hunter2');
  });

  it.each(REFUSALS)('keystamp migrate up: %s', async (_what, env, line) => {
    const { code, out, err } = await keystamp(['migrate', 'up'], { env: env() });
    expect([code, out]).toEqual([1, '']);
    expect(err).toMatch(line);
  });

  it('a role without rights on the schema, at the start and by command', async () => {
    await postgres.exec('create database mine');
    const owner = { DATABASE_URL: urlOf('postgres', 'mine') };
    expect((await keystamp(['migrate', 'up'], { env: owner })).code).toBe(0);
    const env = { DATABASE_URL: urlOf('bob', 'mine') };
    const line =
      /^keystamp: DATABASE_URL: PostgreSQL says: permission denied for schema keystamp; expected a user who .*\n$/;
    const server = await startServerProcess(env);
    expect(await server.ended()).toBe(1);
    expect(server.stderr()).toMatch(line);
    for (const args of [['list'], ['users', 'list'], ['migrate', 'status']]) {
      const { code, err } = await keystamp(args, { env });
      expect([code, err]).toEqual([1, expect.stringMatching(line)]);
    }
  });

  it('a role that may not make the schema', async () => {
    await postgres.exec('create database bare');
    const { code, err } = await keystamp(['migrate', 'up'], {
      env: { DATABASE_URL: urlOf('bob', 'bare') },
    });
    expect([code, err]).toEqual([
      1,
      expect.stringMatching(/^keystamp: DATABASE_URL: PostgreSQL says: .*bare.*; expected a user/),
    ]);
  });
});
