import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

const read = (path: string) => readFileSync(new URL(path, import.meta.url), 'utf8');

it("the library's README tells every code, and none that is not there", () => {
  const source = read('../src/errors.ts');
  const union = source.slice(source.indexOf('export type KeystampErrorCode'));
  const codes = union.slice(0, union.indexOf(';')).match(/'\w+'/g) ?? [];
  const table =
    read('../README.md')
      .match(/^\| `.*$/gm)
      ?.map((row) => row.split('|')[1]) ?? [];
  const told = table.join().match(/`[a-z]+_[a-z_]+`|`closed`|`overloaded`/g) ?? [];
  expect(codes.length).toBeGreaterThan(5);
  expect(told.map((code) => code.slice(1, -1)).sort()).toEqual(
    ['invalid_argument', ...codes.map((code) => code.slice(1, -1))].sort(),
  );
});
