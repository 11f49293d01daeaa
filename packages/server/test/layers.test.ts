import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

it('SQL of keys stays in the core', () => {
  const folder = new URL('../src/sql/', import.meta.url);
  const texts = readdirSync(folder).map((name) => readFileSync(new URL(name, folder), 'utf8'));
  expect(texts.length).toBeGreaterThan(10);
  for (const text of texts) expect(text).not.toMatch(/keystamp\.api_keys/);
});
