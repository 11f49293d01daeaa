import { createTestDatabase, type TestDatabase } from '@keystamp/testing/databases/test-database';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { exportLines } from '../../src/transfer/export-lines.js';
import { moveRows } from '../../src/transfer/move.js';
import { inSnapshot } from '../../src/transfer/snapshot.js';
import { backupText } from '../../src/transfer/write-backup.js';

const KEYS = 5_000;

let from: TestDatabase;
beforeAll(async () => {
  from = await createTestDatabase();
  await from.database.query(`insert into keystamp.users (id) values ('ada')`);
  await from.database.query(
    `insert into keystamp.api_keys (user_id, name, key_prefix, key_hash)
     select 'ada', 'first', '', sha256(i::text::bytea) from generate_series(1, $1::int) i`,
    [KEYS],
  );
});
afterAll(() => from.drop());

it('K11 an export is of one moment, whatever changes while it is read', async () => {
  const lines: string[] = [];
  let changes = 0;
  await inSnapshot(from.database, async (session) => {
    for await (const page of exportLines(session, { withUsers: false, report: () => {} })) {
      lines.push(...page);
      if (changes++ > 4) continue;
      await from.database.query(`update keystamp.api_keys set name = 'second', created_at = now()
        where id in (select id from keystamp.api_keys where name = 'first' limit 500)`);
      await from.database.query(
        `insert into keystamp.api_keys (user_id, name, key_prefix, key_hash)
         select 'ada', 'new', '', sha256(('new' || $1::int || i)::bytea) from generate_series(1, 10) i`,
        [changes],
      );
    }
  });
  const keys = lines.filter((line) => line.startsWith('{"type":"key"'));
  expect(keys).toHaveLength(KEYS);
  expect(keys.filter((line) => line.includes('"name":"first"'))).toHaveLength(KEYS);
  expect(new Set(keys.map((line) => JSON.parse(line).id)).size).toBe(KEYS);
});

it('K11 a backup is of one moment, whatever changes while it is read', async () => {
  let text = '';
  let pieces = 0;
  await inSnapshot(from.database, async (session) => {
    for await (const piece of backupText(session, [], () => {})) {
      text += piece;
      if (pieces++ > 4) continue;
      await from.database.query(`update keystamp.api_keys set name = 'third'
        where id in (select id from keystamp.api_keys where name <> 'third' limit 500)`);
      await from.database.query(
        `insert into keystamp.api_keys (user_id, name, key_prefix, key_hash)
         values ('ada', 'newest', '', sha256(('newest' || $1::int)::bytea))`,
        [pieces],
      );
    }
  });
  const [header = '', ...lines] = text.trimEnd().split('\n');
  const names = lines.flatMap((line) => (line.includes('"ada","') ? [JSON.parse(line)[2]] : []));
  const counts = JSON.parse(header).tables as { name: string; rows: number }[];
  expect(
    names.filter((name) => name === 'first' || name === 'second' || name === 'new'),
  ).toHaveLength(counts.find(({ name }) => name === 'api_keys')?.rows ?? 0);
  expect(names).not.toContain('third');
  expect(names).not.toContain('newest');
});

it('K11 a move that finds a difference at the end takes all of it back', async () => {
  const to = await createTestDatabase();
  await to.database.query(`
    create function public.spoil() returns trigger language plpgsql as 'begin new.name := ''spoiled''; return new; end';
    create trigger spoil before insert on keystamp.users for each row execute function public.spoil()`);
  await expect(moveRows(from.database, to.database, () => {})).rejects.toThrow(
    /The table users is not the same in both databases/,
  );
  const { rows } = await to.database.query('select from keystamp.users');
  expect(rows).toEqual([]);
  const triggers = await to.database.query<{ state: string }>(
    `select distinct tgenabled::text as state from pg_trigger where tgrelid = 'keystamp.api_keys'::regclass and not tgisinternal`,
  );
  expect(triggers.rows).toEqual([{ state: 'O' }]);
  await to.drop();
});
