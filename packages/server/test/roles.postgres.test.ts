import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { execute, withDatabase } from '@keystamp/testing/databases/templates';
import { createTestDatabase, type TestDatabase } from '@keystamp/testing/databases/test-database';
import { createKeystamp } from 'keystamp';
import { openDatabase } from 'keystamp/database';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openLog } from '../src/log/log.js';
import { migrateServerUp } from '../src/schema/schema.js';
import { type RunningServer, serve } from '../src/start/serve.js';
import { keystamp } from './support/cli.js';
import { configOf } from './support/test-server.js';

const operations = new URL('../../../docs/operate/operations.md', import.meta.url);
const ADMIN = { email: 'ada@example.com', password: 'correct horse battery' };

/** Roles are the whole server's, so that each run has its own. */
const suffix = randomBytes(6).toString('hex');
const [owner, app] = [`keystamp_owner_${suffix}`, `keystamp_app_${suffix}`];
let ground: TestDatabase;
let name: string;

const urlOf = (role: string) => {
  const url = new URL(withDatabase(ground.url as string, name));
  url.username = role;
  url.password = role === owner ? 'a long one' : 'another long one';
  return url.href;
};

/** What docs/operate/operations.md tells to run, with the names of this run. */
function documented(): string {
  const [, sql = ''] = /```sql\n(create role keystamp_owner[^`]*)```/.exec(
    readFileSync(operations, 'utf8'),
  ) as RegExpExecArray;
  return sql
    .replaceAll('keystamp_owner', owner)
    .replaceAll('keystamp_app', app)
    .replaceAll('on database keystamp ', `on database ${name} `);
}

beforeAll(async () => {
  ground = await createTestDatabase({ migrated: false });
  name = new URL(ground.url as string).pathname.slice(1);
  await execute(ground.url as string, documented());
});
afterAll(async () => {
  await ground.drop();
  await execute(withDatabase(ground.url as string, 'postgres'), `drop role ${owner}, ${app}`);
});

function start(env: Record<string, string> = {}): Promise<RunningServer> {
  const config = configOf({
    DATABASE_URL: urlOf(app),
    KEYSTAMP_PORT: '0',
    KEYSTAMP_MIGRATE: 'false',
    KEYSTAMP_ADMIN_EMAIL: ADMIN.email,
    KEYSTAMP_ADMIN_PASSWORD: ADMIN.password,
    ...env,
  });
  return serve({ config, logger: openLog('silent'), print: () => {} });
}

describe('a role that owns the schema, and one with rights on the data', () => {
  it('the second starts on no schema that it would have to change', async () => {
    await expect(start()).rejects.toThrow(
      /The schema lacks 000001_users_and_api_keys.*run "keystamp migrate up"/,
    );
    await expect(start({ KEYSTAMP_MIGRATE: 'true' })).rejects.toThrow(/permission denied/);
  });

  it('the first migrates a schema that was made for it, without the right to create schemas', async () => {
    const open = () => openDatabase(urlOf(owner));
    const { code, out } = await keystamp(['migrate', 'up'], { open });
    expect([code, out]).toEqual([0, expect.stringContaining('applied 000002_last_used_at\n')]);
  });

  it('the second serves: sign-in, keys, their uses and their end', async () => {
    const server = await start();
    const request = async (path: string, init: RequestInit = {}) => {
      const headers = { origin: server.url, 'content-type': 'application/json', ...init.headers };
      const answer = await fetch(`${server.url}${path}`, { ...init, headers });
      const text = await answer.text();
      return { status: answer.status, answer, body: text === '' ? null : JSON.parse(text) };
    };
    const post = (path: string, body: object, cookie = '') =>
      request(path, { method: 'POST', body: JSON.stringify(body), headers: { cookie } });
    try {
      const { answer } = await post('/api/auth/login', ADMIN);
      const cookie = (answer.headers.getSetCookie()[0] as string).split(';')[0] as string;
      const issued = await post('/api/api-keys', { name: 'A key' }, cookie);
      expect(issued.status).toBe(201);
      const verify = () =>
        request('/verify', { headers: { 'x-api-key': issued.body.api_key as string } });
      expect((await verify()).status).toBe(204);
      const { id } = issued.body.info;
      expect((await post(`/api/api-keys/${id}/revoke`, {}, cookie)).status).toBe(200);
      expect((await verify()).status).toBe(401);
      expect((await post('/api/auth/logout', {}, cookie)).status).toBe(204);
    } finally {
      await server.stop();
    }
  });

  it('the second hears changes, stores uses, and has a connection that is trusted', async () => {
    const instance = await createKeystamp({
      database: urlOf(app),
      migrate: false,
      precisionMs: 200,
      flushIntervalMs: 50,
    });
    try {
      const { key, apiKey } = await instance.createApiKey({ userId: 'u1', name: 'A key' });
      await instance.validateUserApiKey(apiKey);
      await instance.flush();
      expect((await instance.getApiKey(key.id))?.lastUsedAt).toBeInstanceOf(Date);
      expect(instance.health()).toMatchObject({ listening: true, databaseReachable: true });
    } finally {
      await instance.close();
    }
  });

  it.each([
    'drop table keystamp.api_keys',
    'alter table keystamp.users disable trigger all',
    'create table keystamp.mine (id int)',
    'create table public.mine (id int)',
    'create or replace function keystamp.bucket_of(bytea) returns int language sql as $$ select 0 $$',
    'truncate keystamp.api_keys',
  ])('the second may not %s', async (sql) => {
    await expect(execute(urlOf(app), sql)).rejects.toMatchObject({ code: '42501' });
  });

  it('the second reaches all that the first made, but for what migrates and what triggers alone run', async () => {
    const { rows } = await execute(
      urlOf(app),
      `select relname as name from pg_class c
       where relnamespace = 'keystamp'::regnamespace and not case
         when relkind in ('r', 'p') then has_table_privilege(oid, 'select')
           and has_table_privilege(oid, 'insert') and has_table_privilege(oid, 'update')
           and has_table_privilege(oid, 'delete')
         -- That of an identity column needs no right of its own.
         when relkind = 'S' then has_sequence_privilege(oid, 'usage')
           or exists (select from pg_depend d where d.objid = c.oid and d.deptype = 'i')
         else true
       end
       union all
       select proname from pg_proc
       where pronamespace = 'keystamp'::regnamespace and not has_function_privilege(oid, 'execute')`,
    );
    expect(rows.map(({ name }) => name).sort()).toEqual(['migrations_id_seq', 'record_key_event']);
  });

  it('a migration of a later version reaches the second by default', async () => {
    const database = await openDatabase(urlOf(owner));
    try {
      await database.query('create table keystamp.later (id int)');
      await expect(
        execute(urlOf(app), 'insert into keystamp.later values (1)'),
      ).resolves.toBeDefined();
      await database.query('drop table keystamp.later');
      expect(await migrateServerUp(database)).toEqual([]);
    } finally {
      await database.end();
    }
  });
});
