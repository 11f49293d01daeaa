import { expect, test } from 'vitest';
import { lineAt, splitStatements } from '../src/migrate/sql-statements.js';

const texts = (sql: string) => splitStatements(sql).map(({ text }) => text);

test.each([
  ['nothing', '', []],
  ['only comments and blanks', '-- none\n;; /* none */ ;\n', []],
  ['one without an end', 'select 1\n', ['select 1']],
  ['several', 'select 1; select 2;\nselect 3;', ['select 1', 'select 2', 'select 3']],
  [
    'a semicolon in a string',
    `select ';', 'it''s;'; select 2`,
    [`select ';', 'it''s;'`, 'select 2'],
  ],
  [
    'one in an escaped string',
    `select e'\\';', E';'; select 2`,
    [`select e'\\';', E';'`, 'select 2'],
  ],
  ['a backslash in a plain string', `select '\\'; select 2`, [`select '\\'`, 'select 2']],
  ['one in a quoted name', 'select 1 as "a;""b"; select 2', ['select 1 as "a;""b"', 'select 2']],
  ['one in a dollar quote', 'do $$begin; end$$; select 2', ['do $$begin; end$$', 'select 2']],
  [
    'dollar quotes in each other',
    'do $a$ $$;$$ ; $b$;$b$ $a$; select 2',
    ['do $a$ $$;$$ ; $b$;$b$ $a$', 'select 2'],
  ],
  ['a parameter is no dollar quote', 'select $1; select $1', ['select $1', 'select $1']],
  ['a name with dollars is none', 'select a$b$c; select 2', ['select a$b$c', 'select 2']],
  [
    'a name that ends in e begins no escape',
    `select name'\\'; select 2`,
    [`select name'\\'`, 'select 2'],
  ],
  ['one in a line comment', 'select 1 -- a;b\n, 2; select 3', ['select 1 -- a;b\n, 2', 'select 3']],
  [
    'one in nested comments',
    'select /* a; /* b; */ c; */ 1; select 2',
    ['select /* a; /* b; */ c; */ 1', 'select 2'],
  ],
  ['a comment before a statement', '-- why\n/* so */ select 1;', ['select 1']],
])('%s', (_, sql, expected) => {
  expect(texts(sql)).toEqual(expected);
});

test('a statement knows where it is', () => {
  const sql = '-- one\n\n  select 1;\n-- two\nselect\n  2;';
  expect(splitStatements(sql).map(({ start }) => lineAt(sql, start))).toEqual([3, 5]);
});
