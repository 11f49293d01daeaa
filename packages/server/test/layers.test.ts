import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

const folder = new URL('../src/sql/', import.meta.url);
const textOf = new Map(
  readdirSync(folder).map((name) => [name, readFileSync(new URL(name, folder), 'utf8')]),
);
const texts = [...textOf.values()];

it('SQL of keys stays in the core, but for the one look at how many a user has', () => {
  expect(texts.length).toBeGreaterThan(10);
  const withKeys = [...textOf].filter(([, text]) => text.includes('keystamp.api_keys'));
  expect(withKeys.map(([name]) => name)).toEqual(['list-users.ts']);
  for (const text of texts) {
    expect(text).not.toMatch(/(insert into|update|delete from|for [a-z ]*of) keystamp\.api_keys/);
  }
});

it('the library alone writes whether a user is active', () => {
  for (const text of texts) {
    expect(text).not.toMatch(/\bis_active = /);
    expect(text).not.toMatch(/insert into keystamp\.users[^(]*\([^)]*is_active/);
  }
});
