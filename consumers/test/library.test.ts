import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTestDatabase, type TestDatabase } from '@keystamp/testing/databases/test-database';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';

const { both, alone } = inject('installed');

/** A driver that is installed somewhere else, as in a service that hands in what it has. */
const PG = JSON.stringify(createRequire(import.meta.url).resolve('pg'));

let ground: TestDatabase;
let dataDir: string;
beforeAll(async () => {
  ground = await createTestDatabase({ migrated: false });
  dataDir = mkdtempSync(join(tmpdir(), 'keystamp-consumer-data-'));
});
afterAll(async () => {
  await ground.drop();
  rmSync(dataDir, { recursive: true, force: true });
});

const TEN_LINES = `
  const { apiKey } = await keystamp.createApiKey({ userId: 'u1', name: 'CI', scopes: ['orders:read'] });
  const validation = await keystamp.validateUserApiKey(apiKey, { scopes: ['orders:read'] });
  await keystamp.close();
  console.log(validation.valid && validation.key.name);`;
const withPool = `
  const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL });
  const keystamp = await createKeystamp({ database: pool });${TEN_LINES}
  await pool.end();`;
const embedded = `
  const keystamp = await createKeystamp({ dataDir: process.env.DATA_DIR });${TEN_LINES}`;

const IMPORT = "import { createKeystamp } from 'keystamp';";
const REQUIRE = "const { createKeystamp } = require('keystamp');";
const PROGRAMS = {
  'import, pool.mjs': `${IMPORT}\nimport pg from 'pg';${withPool}`,
  'require, pool.cjs': `${REQUIRE}\nconst pg = require('pg');\n(async () => {${withPool}\n})();`,
  'import, embedded.mjs': `${IMPORT}${embedded}`,
  'require, embedded.cjs': `${REQUIRE}\n(async () => {${embedded}\n})();`,
};

it.each(Object.entries(PROGRAMS))('%s: ten lines make and check a key', async (name, program) => {
  expect(await runIn(both, name.split(', ')[1] as string, program)).toBe('CI');
});

it('import and require give the same library, at each entry point', async () => {
  const { exports } = JSON.parse(
    readFileSync(join(both, 'node_modules/keystamp/package.json'), 'utf8'),
  );
  const names = Object.keys(exports)
    .filter((path) => path !== './package.json' && !LACKS_ITS_FRAMEWORK.includes(path))
    .map((path) => `keystamp${path.slice(1)}`);
  expect(names.length).toBeGreaterThan(8);
  const program = `
    import { createRequire } from 'node:module';
    const require = createRequire(import.meta.url);
    const differing = [];
    for (const name of ${JSON.stringify(names)}) {
      const [imported, required] = [await import(name), require(name)];
      const keys = Object.keys({ ...imported, ...required });
      if (keys.length === 0) differing.push(name);
      for (const key of keys) if (imported[key] !== required[key]) differing.push(name + ' ' + key);
    }
    console.log(JSON.stringify(differing));`;
  expect(await runIn(both, 'same.mjs', program)).toBe('[]');
});

/** Entry points that import their framework when they are loaded. */
const LACKS_ITS_FRAMEWORK: string[] = ['./nest'];

describe('without the optional packages', () => {
  it.each([
    ['no database', '{}', 'The embedded database', ' "@electric-sql/pglite@^0.5.16"'],
    ['a URL', "{ database: 'postgres://127.0.0.1:1/db' }", 'A database given by its URL', ''],
  ])('%s: says what to install, and makes nothing', async (_name, options, user, more) => {
    const program = `${REQUIRE}
      createKeystamp(${options}).catch(({ name, code, message }) => console.log(JSON.stringify([name, code, message])));`;
    const before = readdirSync(alone);
    expect(JSON.parse(await runIn(alone, 'missing.cjs', program))).toEqual([
      'KeystampError',
      'package_missing',
      `${user} needs the package "pg", which is not installed here: run npm install "pg@^8.20.0"${more}`,
    ]);
    expect(readdirSync(alone)).toEqual(before);
  });

  it('a pool that is handed in needs neither', async () => {
    const program = `${REQUIRE}\nconst pg = require(${PG});\n(async () => {${withPool}\n})();`;
    expect(await runIn(alone, 'pool.cjs', program)).toBe('CI');
  });

  it('the ranges of the message are those of package.json', () => {
    const path = join(alone, 'node_modules/keystamp/package.json');
    const { peerDependencies, peerDependenciesMeta, dependencies } = JSON.parse(
      readFileSync(path, 'utf8'),
    );
    expect(peerDependencies).toMatchObject({ pg: '^8.20.0', '@electric-sql/pglite': '^0.5.16' });
    expect(peerDependenciesMeta).toMatchObject(
      Object.fromEntries(Object.keys(peerDependencies).map((name) => [name, { optional: true }])),
    );
    expect(Object.keys(dependencies)).not.toContain('pg');
  });
});

/** Runs a program in a folder, and gives what it printed. */
async function runIn(folder: string, file: string, program: string): Promise<string> {
  const path = join(folder, file);
  writeFileSync(path, program);
  const env = { PATH: process.env['PATH'], DATABASE_URL: ground.url ?? '', DATA_DIR: dataDir };
  try {
    return await new Promise((resolve, reject) => {
      execFile(process.execPath, [path], { cwd: folder, env }, (error, stdout, stderr) =>
        error === null ? resolve(stdout.trim()) : reject(new Error(stderr)),
      );
    });
  } finally {
    rmSync(path);
  }
}
