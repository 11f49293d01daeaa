import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const root = new URL('../../../../', import.meta.url);
const read = (path: string) => readFileSync(new URL(path, root), 'utf8');

const metrics = new Set(
  readdirSync(new URL('packages/server/src/metrics', root))
    .map((file) => read(`packages/server/src/metrics/${file}`))
    .flatMap((text) => text.match(/\bkeystamp_[a-z_]+\b/g) ?? []),
);
const operations = read('docs/operations.md');

describe('docs/operations.md', () => {
  it('explains every metric of the server, and none that is not there', () => {
    const explained =
      operations.match(/`keystamp_[a-z_]+`/g)?.map((name) => name.slice(1, -1)) ?? [];
    const names = explained.filter((name) => name !== 'keystamp_changes');
    expect(new Set(names)).toEqual(metrics);
  });

  it('links to files that are there', () => {
    const links = [...operations.matchAll(/\]\(([^)#]+)\)/g)].map(([, path]) => path as string);
    expect(links.length).toBeGreaterThan(5);
    for (const link of links) expect(() => read(`docs/${link}`), link).not.toThrow();
  });

  it('quotes lines of the log as they are', () => {
    const hearing = read('packages/core/src/validation/hearing.ts');
    const quoted = 'The database that the address leads to is a standby or a demoted primary.';
    expect(operations).toContain(quoted);
    expect(hearing).toContain(quoted);
  });
});
