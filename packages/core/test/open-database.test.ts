import { inspect } from 'node:util';
import { createTestDatabase, type TestDatabase } from '@keystamp/testing/databases/test-database';
import { until } from '@keystamp/testing/until';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { inTransaction } from '../src/database/database.js';
import { openDatabase } from '../src/database/open-database.js';
import { ArgumentError } from '../src/errors.js';

let ground: TestDatabase;
beforeAll(async () => {
  ground = await createTestDatabase();
  await ground.database.query('create table public.things (id integer primary key, name text)');
});
afterAll(() => ground.drop());

describe('what columns become', () => {
  const columns: [sql: string, value: unknown][] = [
    ['null::text', null],
    ['true', true],
    ['7::int2', 7],
    ['-8::int4', -8],
    ['9007199254740993::int8', '9007199254740993'],
    ['count(*)', '1'],
    ['1.50::numeric', '1.50'],
    ['1.5::float8', 1.5],
    [`'NaN'::float8`, Number.NaN],
    [`'b7a0c2f0-0000-4000-8000-000000000001'::uuid`, 'b7a0c2f0-0000-4000-8000-000000000001'],
    [`'2026-02-28'::date`, '2026-02-28'],
    [`'2026-02-28 01:02:03'::timestamp`, '2026-02-28 01:02:03'],
    [`'1 day 02:00'::interval`, '1 day 02:00:00'],
    [`'\\xdeadbeef'::bytea`, Buffer.from('deadbeef', 'hex')],
    [`''::bytea`, Buffer.alloc(0)],
    [`'{"a":[1,null]}'::jsonb`, { a: [1, null] }],
    [`'null'::json`, null],
    [`'2026-02-28 01:02:03.456789+00'::timestamptz`, new Date('2026-02-28T01:02:03.456Z')],
    [`'2026-02-28 01:02:03-05:30'::timestamptz`, new Date('2026-02-28T06:32:03.000Z')],
    [`'1969-12-31 23:59:59.9999+00'::timestamptz`, new Date(-1)],
    [`'0001-01-01 00:00+00'::timestamptz`, new Date('0001-01-01T00:00:00.000Z')],
    [`'0044-03-15 12:00+00 BC'::timestamptz`, new Date('-000043-03-15T12:00:00.000Z')],
    [`'294276-01-01 00:00+00'::timestamptz`, new Date(8.64e15)],
    [`'infinity'::timestamptz`, new Date(8.64e15)],
    [`'-infinity'::timestamptz`, new Date(-8.64e15)],
    [`array[]::text[]`, []],
    [
      `array['a', null, 'NULL', 'b "c" \\ d', '', '{,}']`,
      ['a', null, 'NULL', 'b "c" \\ d', '', '{,}'],
    ],
    [
      `array[array[1, 2], array[3, null]]`,
      [
        [1, 2],
        [3, null],
      ],
    ],
    [`'[0:1]={5,6}'::int8[]`, ['5', '6']],
    [`array['\\x01'::bytea]`, [Buffer.from([1])]],
    [`array['2026-01-01 00:00+00'::timestamptz]`, [new Date('2026-01-01T00:00:00Z')]],
    [
      `array['b7a0c2f0-0000-4000-8000-000000000001'::uuid]`,
      ['b7a0c2f0-0000-4000-8000-000000000001'],
    ],
  ];

  test.each(columns)('%s', async (sql, value) => {
    const prepared = await ground.database.query(`select ${sql} as it`, []);
    expect(prepared.rows).toEqual([{ it: value }]);
    const simple = await ground.database.query(`select ${sql} as it`);
    expect(simple.rows).toEqual([{ it: value }]);
  });
});

describe('what parameters become', () => {
  const parameters: [type: string, value: unknown, text: string | null][] = [
    ['text', null, null],
    ['text', undefined, null],
    ['text', 'it\'s "so"', 'it\'s "so"'],
    ['integer', 5, '5'],
    ['integer', '5', '5'],
    ['bigint', 9007199254740993n, '9007199254740993'],
    ['boolean', false, 'false'],
    ['double precision', 1.25, '1.25'],
    ['timestamptz', new Date('2026-02-28T01:02:03.456Z'), '2026-02-28 01:02:03.456+00'],
    ['bytea', Buffer.from('cafe', 'hex'), '\\xcafe'],
    ['bytea', new Uint8Array([1, 2]), '\\x0102'],
    ['jsonb', { a: ["it's"] }, '{"a": ["it\'s"]}'],
    ['jsonb', '{"b":1}', '{"b": 1}'],
    ['text[]', [], '{}'],
    ['text[]', ['a b', null, 'c"\\d', ''], '{"a b",NULL,"c\\"\\\\d",""}'],
    ['uuid[]', ['b7a0c2f0-0000-4000-8000-000000000001'], '{b7a0c2f0-0000-4000-8000-000000000001}'],
    ['double precision[]', [1.5, 2], '{1.5,2}'],
    ['integer[]', [[1, 2]], '{{1,2}}'],
    ['bytea[]', [Buffer.from('cafe', 'hex')], '{"\\\\xcafe"}'],
  ];

  test.each(parameters)('%s from %o', async (type, value, text) => {
    const { rows } = await inTransaction(ground.database, async (session) => {
      await session.query(`set local timezone = 'UTC'`);
      return session.query(`select $1::${type}::text as it`, [value]);
    });
    expect(rows).toEqual([{ it: text }]);
  });
});

describe('statements', () => {
  test('several in one text are run, and the last one answers', async () => {
    const { rows } = await ground.database.query('select 1 as a; select 2 as b');
    expect(rows).toEqual([{ b: 2 }]);
  });

  test('the count of rows is that of the statement', async () => {
    const insert = `insert into public.things values (1, 'one'), (2, 'two')`;
    expect((await ground.database.query(insert)).rowCount).toBe(2);
    const update = 'update public.things set name = $1 where id > $2';
    expect((await ground.database.query(update, ['x', 1])).rowCount).toBe(1);
    expect((await ground.database.query(update, ['x', 9])).rowCount).toBe(0);
    expect((await ground.database.query('select * from public.things')).rowCount).toBe(2);
  });

  test('an error carries its SQLSTATE and its place', async () => {
    const unknown = ground.database.query('select nothing', []);
    await expect(unknown).rejects.toMatchObject({ code: '42703', position: '8' });
    const broken = ground.database.query('insert into public.things values (7, $1), (7, $1)', [
      'seven',
    ]);
    await expect(broken).rejects.toMatchObject({ code: '23505', constraint: 'things_pkey' });
  });

  test('an error repeats no parameter and no row', async () => {
    const errors = await Promise.all([
      ground.database
        .query('insert into public.things values (21, $1), (21, $1)', ['a secret'])
        .catch((thrown) => thrown),
      ground.database
        .query('insert into public.things values (null, $1)', ['a secret'])
        .catch((thrown) => thrown),
      ground.database.query('select $1::text, nothing', ['a secret']).catch((thrown) => thrown),
    ]);
    for (const error of errors) {
      expect(error.code).toMatch(/^(23|42)/);
      expect(`${inspect(error, { showHidden: true, depth: 9 })} ${error.stack}`).not.toContain(
        'a secret',
      );
    }
  });

  test('after an error the database is used on', async () => {
    await expect(ground.database.query('select')).resolves.toBeDefined();
    await expect(ground.database.query('nonsense')).rejects.toMatchObject({ code: '42601' });
    expect((await ground.database.query('select 1 as one')).rows).toEqual([{ one: 1 }]);
  });
});

describe('transactions', () => {
  test('a commit keeps, a rollback takes back', async () => {
    await inTransaction(ground.database, (session) =>
      session.query(`insert into public.things values (11, 'kept')`),
    );
    const failing = inTransaction(ground.database, async (session) => {
      await session.query(`insert into public.things values (12, 'taken back')`);
      throw new Error('changed my mind');
    });
    await expect(failing).rejects.toThrow('changed my mind');
    const { rows } = await ground.database.query(
      'select id from public.things where id in (11, 12)',
    );
    expect(rows).toEqual([{ id: 11 }]);
  });

  test('a failed statement rolls the whole back', async () => {
    const failing = inTransaction(ground.database, async (session) => {
      await session.query(`insert into public.things values (13, 'first')`);
      await session.query(`insert into public.things values (13, 'again')`);
    });
    await expect(failing).rejects.toMatchObject({ code: '23505' });
    const { rows } = await ground.database.query('select id from public.things where id = 13');
    expect(rows).toEqual([]);
  });

  test('statements of others never slip into one that is open', async () => {
    const session = await ground.database.connect();
    await session.query('begin');
    await session.query(`insert into public.things values (14, 'mine')`);
    const theirs = ground.database.query(`insert into public.things values (15, 'theirs')`);
    await session.query('select 1');
    await session.query('rollback');
    session.release();
    await theirs;
    const { rows } = await ground.database.query(
      'select id from public.things where id in (14, 15)',
    );
    expect(rows).toEqual([{ id: 15 }]);
  });

  test('many at once all get their turn', async () => {
    const work = Array.from({ length: 30 }, (_, index) =>
      inTransaction(ground.database, (session) =>
        session.query('insert into public.things values ($1, $2)', [100 + index, 'one of many']),
      ),
    );
    await Promise.all(work);
    const { rows } = await ground.database.query(
      'select count(*) as n from public.things where id >= 100',
    );
    expect(rows).toEqual([{ n: '30' }]);
  });
});

describe('notifications', () => {
  test('a listener hears its channel until it ends', async () => {
    const heard: string[] = [];
    const onEnd = () => heard.push('end');
    const onNotification = (channel: string, payload: string) =>
      heard.push(`${channel} ${payload}`);
    const listener = await ground.database.listen('news', { onNotification, onEnd });
    await ground.database.query(`select pg_notify('news', 'one'), pg_notify('other', 'two')`);
    await ground.database.query('notify news');
    await until(() => heard.length === 2);
    expect(heard).toEqual(['news one', 'news ']);

    await listener.end();
    await listener.end();
    const later: string[] = [];
    const second = await ground.database.listen('news', {
      onNotification: (_, payload) => later.push(payload),
      onEnd: () => {},
    });
    await ground.database.query(`select pg_notify('news', 'three')`);
    await until(() => later.length === 1);
    expect(heard).toHaveLength(2);
    await second.end();
  });

  test('a listener runs statements too', async () => {
    const handlers = { onNotification: () => {}, onEnd: () => {} };
    const listener = await ground.database.listen('news', handlers);
    expect((await listener.query('select $1::int4 as one', [1])).rows).toEqual([{ one: 1 }]);
    await listener.end();
  });

  test.each(['News', 'a"b', 'a b', '1a', '', 'x'.repeat(64)])(
    'channel %j is refused',
    async (channel) => {
      const handlers = { onNotification: () => {}, onEnd: () => {} };
      await expect(ground.database.listen(channel, handlers)).rejects.toThrow(ArgumentError);
    },
  );
});

describe('what may be given', () => {
  test('a Database is taken as it is', async () => {
    expect(await openDatabase(ground.database)).toBe(ground.database);
  });

  test.each([
    ['', 'it is empty'],
    ['localhost/keys', 'it has no scheme'],
    ['mysql://ada:sesame@host/keys', 'its scheme is mysql, not postgres'],
    ['postgres://ada:sesame#@host/keys', 'the password holds "#": write it as %23'],
    ['postgres://ada:sesame@host:99999/keys', 'the port is not a number from 1 to 65535'],
    ['postgres://ada:sesame@host/%FF', 'the database name holds escapes that are not UTF-8'],
    [
      'postgres://ada:sesame@host/keys?sslrootcert=/nowhere/root.pem',
      'sslrootcert=/nowhere/root.pem to be a file that can be read; ENOENT',
    ],
  ])('%j is no URL: %s', async (url, why) => {
    const error = await openDatabase(url).catch((thrown) => thrown);
    expect(error).toBeInstanceOf(ArgumentError);
    expect(error.field).toBe('database');
    expect(error.message).toContain(why);
    expect(JSON.stringify([error.message, error.stack, error.cause])).not.toContain('sesame');
  });

  test.each([[{}], [null], [5], [{ query() {} }]])('%j is no database', async (source) => {
    const error = await openDatabase(source as never).catch((thrown) => thrown);
    expect(error).toMatchObject({ field: 'database', code: 'invalid_argument' });
  });

  test.each([
    ['poolSize', 0],
    ['poolSize', 1.5],
    ['statementTimeoutMs', 99],
    ['statementTimeoutMs', Number.NaN],
  ])('%s %d is refused', async (field, value) => {
    const opening = openDatabase('postgres://host/keys', { [field]: value });
    await expect(opening).rejects.toMatchObject({ field });
  });
});
