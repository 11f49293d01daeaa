import { createHash, randomBytes } from 'node:crypto';
import { readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTestDatabase, type TestDatabase } from '@keystamp/testing/databases/test-database';
import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type CliGround, createCliGround } from '../support/cli-ground.js';

const RECIPES = readFileSync(
  new URL('../../../../docs/guide/moving-in-recipes.md', import.meta.url),
  'utf8',
);
const RIVAL = new URL('../../../../bench/rivals/better-auth.ts', import.meta.url).pathname;

/** The statement of a recipe. */
function statementOf(title: string): string {
  const [, section = ''] = RECIPES.split(`\n## ${title}\n`);
  const sql = /```sql\n(.*?)```/s.exec(section.split('\n## ')[0] ?? '')?.[1];
  if (sql === undefined) throw new Error(`no recipe for ${title}`);
  return sql;
}

let ground: TestDatabase;
/** The old system's database, as any program sees it. */
let old: pg.Pool;
let cli: CliGround;
beforeAll(async () => {
  [ground, cli] = await Promise.all([createTestDatabase({ migrated: false }), createCliGround()]);
  old = new pg.Pool({ connectionString: ground.url ?? '', max: 1 });
});
afterAll(async () => {
  await old.end();
  await Promise.all([ground.drop(), cli.drop()]);
});

/** As `\copy (…) to file csv header`, or as `mysql --batch` writes it: the server's own words. */
async function importOf(statement: string, form = 'csv header'): Promise<string> {
  const file = join(tmpdir(), `keystamp-recipe-${randomBytes(6).toString('hex')}.csv`);
  await old.query(`copy (${statement}) to '${file}' ${form}`);
  try {
    const dry = await cli.run(['import', '--dry-run', file]);
    expect([dry.code, dry.err]).toEqual([0, '']);
    return (await cli.run(['import', file])).out;
  } finally {
    rmSync(file, { force: true });
  }
}

async function keysOf(user: string) {
  const { api_keys } = JSON.parse((await cli.run(['list', '--user', user, '--json'])).out);
  return new Map(api_keys.map((key: { name: string }) => [key.name, key]));
}

const sha256 = (text: string) => createHash('sha256').update(text);

it('a table of your own', async () => {
  await old.query(`create table service_keys (key_sha256 bytea, owner_id int, label text, scopes text[],
    created_at timestamptz, expires_at timestamptz, revoked_at timestamptz, last_used_at timestamptz)`);
  await old.query(
    `insert into service_keys values
      ($1, 42, 'CI, "nightly"', '{orders:read,orders:write}', '2024-01-01 00:00+02', '2099-01-01 00:00+00', null, '2025-05-01 12:00:00.123+00'),
      ($2, 42, 'gone', '{}', '2024-01-01 00:00+00', null, '2024-06-01 00:00+00', null)`,
    [sha256('svc-1').digest(), sha256('svc-2').digest()],
  );
  expect(await importOf(statementOf('A table of your own'))).toMatch(/^imported 2/);
  expect([await cli.judge('svc-1'), await cli.judge('svc-2')]).toEqual([null, 'revoked']);
  expect((await keysOf('42')).get('CI, "nightly"')).toMatchObject({
    scopes: ['orders:read', 'orders:write'],
    created_at: '2023-12-31T22:00:00.000Z',
  });
});

interface Rival {
  createKeys(count: number): Promise<string[]>;
  verify(key: string): Promise<void>;
  end(): Promise<void>;
}

it('better-auth: the API-key plugin', async () => {
  const { startBetterAuth } = (await import(RIVAL)) as {
    startBetterAuth(url: string, poolSize: number): Promise<Rival>;
  };
  const rival = await startBetterAuth(ground.url ?? '', 2);
  const keys = await rival.createKeys(3);
  await rival.verify(keys[0] ?? '');
  await old.query(`update apikey set enabled = false where name = 'Key 2'`);
  await rival.end();
  expect(await importOf(statementOf('better-auth: the API-key plugin'))).toMatch(/^imported 3/);
  const { rows } = await old.query<{ id: string; at: Date }>(
    `select "referenceId" as id, "lastRequest" as at from apikey where name = 'Key 0'`,
  );
  const imported = await keysOf(rows[0]?.id ?? '');
  expect(imported.get('Key 0')).toMatchObject({ last_used_at: rows[0]?.at.toISOString() });
  expect(imported.get('Key 1')).toMatchObject({ last_used_at: null });
  const verdicts = await Promise.all(keys.map((key) => cli.judge(key)));
  expect(verdicts).toEqual([null, null, 'disabled']);
});

it('Laravel Sanctum: clients send id|secret as before', async () => {
  await old.query(`create table personal_access_tokens (id bigserial primary key, tokenable_type varchar(255), tokenable_id bigint,
    name varchar(255), token varchar(64) unique, abilities text, last_used_at timestamp(0), expires_at timestamp(0), created_at timestamp(0), updated_at timestamp(0))`);
  const secrets = ['a', 'b', 'c'].map((letter) => letter.repeat(40));
  const insert = `insert into personal_access_tokens (tokenable_type, tokenable_id, name, token, abilities, last_used_at, expires_at, created_at)
    values ('App\\Models\\User', 7, $1, $2, $3, '2025-01-02 03:04:05', $4, '2024-01-01 00:00:00')`;
  for (const [i, secret] of secrets.entries()) {
    const abilities = i === 0 ? '["*"]' : '["orders:read","orders:write"]';
    const expires = i === 2 ? '2024-02-01 00:00:00' : null;
    await old.query(insert, [`token ${i}`, sha256(secret).digest('hex'), abilities, expires]);
  }
  expect(await importOf(statementOf('Laravel Sanctum'))).toMatch(/^imported 3/);
  const keys = await keysOf('7');
  expect(keys.get('token 0')).toMatchObject({
    scopes: [],
    last_used_at: '2025-01-02T03:04:05.000Z',
  });
  expect(keys.get('token 1')).toMatchObject({ scopes: ['orders:read', 'orders:write'] });
  const sent = secrets.map((secret, i) => `${i + 1}|${secret}`);
  const verdicts = await Promise.all(sent.map((token) => cli.judge(token)));
  expect(verdicts).toEqual([null, null, 'expired']);
  expect(await cli.judge(`1|${'d'.repeat(40)}`)).toBe('unknown');
});

it('unkey, whose table is in MySQL, as far as both databases understand the statement', async () => {
  await old.query(`create table keys (hash varchar(256), start varchar(256), workspace_id varchar(256), name varchar(256),
    owner_id varchar(256), identity_id varchar(256), expires timestamp(3), enabled boolean, deleted_at_m bigint)`);
  const row = `insert into keys values ($1, 'live_ab', 'ws_1', $2, $3, null, $4, $5, $6)`;
  const hash = (text: string) => sha256(text).digest('base64');
  await old.query(row, [hash('live_abc'), 'CI', 'own_1', '2099-01-01', true, null]);
  await old.query(row, [hash('live_abd'), null, null, null, false, null]);
  await old.query(row, [hash('live_abe'), 'deleted', null, null, true, 1_700_000_000_000]);
  const statement = statementOf('unkey').replaceAll('`', '"');
  expect(await importOf(statement, `csv header delimiter E'\\t'`)).toMatch(/^imported 2/);
  expect(await cli.judge('live_abc')).toBeNull();
  expect(await cli.judge('live_abd')).toBe('disabled');
  expect(await cli.judge('live_abe')).toBe('unknown');
  expect((await keysOf('own_1')).get('CI')).toMatchObject({
    expires_at: '2099-01-01T00:00:00.000Z',
  });
});
