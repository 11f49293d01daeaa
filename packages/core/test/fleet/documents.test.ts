import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const root = new URL('../../../../', import.meta.url);
const read = (path: string) => readFileSync(new URL(path, root), 'utf8');

const metrics = new Set(
  readdirSync(new URL('packages/server/src/routes/metrics', root))
    .map((file) => read(`packages/server/src/routes/metrics/${file}`))
    .flatMap((text) => text.match(/\bkeystamp_[a-z_]+\b/g) ?? []),
);
/** Lines of prose break anywhere. */
const operations = ['operations.md', 'metrics.md']
  .map((page) => read(`docs/operate/${page}`).replaceAll(/(?<=\S)\n(?=\w)/g, ' '))
  .join('');
/** A channel and two roles that begin like metrics. */
const OTHER_NAMES = ['keystamp_changes', 'keystamp_owner', 'keystamp_app'];

describe('docs/operate', () => {
  it('explains every metric of the server, and none that is not there', () => {
    const explained =
      operations.match(/`keystamp_[a-z_]+`/g)?.map((name) => name.slice(1, -1)) ?? [];
    const names = explained.filter((name) => !OTHER_NAMES.includes(name));
    expect(new Set(names)).toEqual(metrics);
  });

  it('explains every outcome of the audit, and none that is not there', () => {
    const source = read('packages/server/src/audit/access-events.ts');
    const outcomes = [...source.matchAll(/^ {2}(\w+): (?:null|['"])/gm)].map(([, name]) => name);
    expect(outcomes.length).toBeGreaterThan(5);
    for (const outcome of outcomes) expect(operations).toContain(`\`${outcome}\``);
  });

  it('quotes lines of the log as they are', () => {
    const listening = read('packages/core/src/invalidation/change-listener.ts');
    const quoted = 'The database that the address leads to is a standby or a demoted primary.';
    expect(operations).toContain(quoted);
    expect(listening).toContain(quoted);
    for (const [quote, source] of [
      ['Statements failed on the database.', 'packages/core/src/database/failed-statements.ts'],
      ['failed sign-ins', 'packages/server/src/audit/access-events.ts'],
    ] as const) {
      expect(operations).toContain(`"msg":"${quote}"`);
      expect(read(source)).toContain(`'${quote}'`);
    }
  });
});
