import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

const folder = new URL('../src/sql/', import.meta.url);
const texts = readdirSync(folder).map((name) => readFileSync(new URL(name, folder), 'utf8'));

it('SQL of keys stays in the core', () => {
  expect(texts.length).toBeGreaterThan(10);
  for (const text of texts) expect(text).not.toMatch(/keystamp\.api_keys/);
});

it('the library alone writes whether a user is active', () => {
  for (const text of texts) {
    expect(text).not.toMatch(/\bis_active = /);
    expect(text).not.toMatch(/insert into keystamp\.users[^(]*\([^)]*is_active/);
  }
});
