import { createTestDatabase } from '@keystamp/testing/databases/test-database';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { migrations } from '../../src/database/migrate/migrations.js';
import { type Host, makeHost, run } from './host.js';

const WORKS = { valid: true, edges: Array(6).fill('function') };
const BUNDLE_MS = 300_000;

let host: Host;
beforeAll(() => {
  host = makeHost();
}, BUNDLE_MS);
afterAll(() => host.remove());

describe('the packed library', () => {
  it('holds what runs, and no file that is looked for by its path', () => {
    expect(host.packed).toEqual(
      expect.arrayContaining([
        'dist/index.js',
        'dist/database/migrate/migrations.js',
        'dist/embedded-seed.tar.gz',
        'schema.sql',
      ]),
    );
    expect(host.packed.filter((path) => /\.(sql|tsbuildinfo)$/.test(path))).toEqual(['schema.sql']);
  });
});

describe.each([
  ['esbuild', 'mjs'],
  ['esbuild', 'cjs'],
  ['rollup', 'mjs'],
  ['rollup', 'cjs'],
  ['webpack', 'mjs'],
  ['webpack', 'cjs'],
] as const)('a service bundled by %s as .%s', (bundler, format) => {
  let file: string;
  const dataDir = () => `${host.dataDir}-${bundler}-${format}`;
  beforeAll(async () => {
    file = await host.bundle(bundler, format);
  }, BUNDLE_MS);

  it.each(['beside its own packages', 'alone'])(
    '%s, opens PostgreSQL, runs none of its own migrations, and validates',
    async (where) => {
      const deployed = where === 'alone' ? host.deployAlone(file) : file;
      const ground = await createTestDatabase({ migrated: false });
      try {
        expect(await run(deployed, { DATABASE_URL: ground.url as string })).toEqual(WORKS);
        const { rows } = await ground.database.query<{ name: string; orders: string | null }>(
          `select name, to_regclass('public.orders')::text as orders from keystamp.migrations order by id`,
        );
        expect(rows).toEqual(migrations.map(({ name }) => ({ name, orders: null })));
      } finally {
        await ground.drop();
      }
    },
  );

  it('beside its own packages, opens the embedded database', async () => {
    expect(await run(file, { DATA_DIR: dataDir() })).toEqual(WORKS);
  });

  it('alone, says that the embedded database needs a package', async () => {
    const { code, message } = (await run(host.deployAlone(file), { DATA_DIR: dataDir() })) as {
      code: string;
      message: string;
    };
    expect([code, message]).toEqual([
      'package_missing',
      expect.stringMatching(/^The embedded database needs the package "@electric-sql\/pglite"/),
    ]);
  });
});
