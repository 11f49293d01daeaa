import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, inject, it } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const { tarballs } = inject('installed');

/** What may be published beside what is compiled, by the name of the package. */
const OTHERS = {
  keystamp: /^(LICENSE|README\.md|package\.json|schema\.sql|dist\/embedded-seed\.tar\.gz)$/,
  server: /^(LICENSE|README\.md|package\.json|schema\.sql|bin\/keystamp\.mjs|page\/.+)$/,
};
const SOURCES = { keystamp: 'packages/core', server: 'packages/server' };
const PROFILES = { keystamp: [], server: ['--profile', 'esm-only'] };

describe.each(['keystamp', 'server'] as const)('the package %s', (name) => {
  const tarball = tarballs[name];
  const files = execFileSync('tar', ['-tzf', tarball], { encoding: 'utf8' })
    .trim()
    .split('\n')
    .map((path) => path.replace(/^package\//, ''));
  const manifest = JSON.parse(
    execFileSync('tar', ['-xzOf', tarball, 'package/package.json'], { encoding: 'utf8' }),
  );

  it('holds its licence, its README and each file that package.json names', () => {
    const named = JSON.stringify([manifest.exports, manifest.typesVersions, manifest.bin]);
    const paths = [...named.matchAll(/"(?:\.\/)?((?:dist|bin)\/[^"]+)"/g)].map(([, path]) => path);
    expect(paths.length).toBeGreaterThan(15);
    expect(files).toEqual(expect.arrayContaining(['LICENSE', 'README.md', ...paths]));
    if (name === 'server') expect(files).toContain('page/index.html');
  });

  it('holds nothing but these and what is compiled from a source', () => {
    const others = files.filter((path) => !OTHERS[name].test(path) && !isCompiled(name, path));
    expect(others).toEqual([]);
  });

  it('says what it is, and is published with its provenance', () => {
    const { license, engines, publishConfig, keywords, sideEffects } = manifest;
    expect({ license, engines, publishConfig }).toEqual({
      license: 'MIT',
      engines: { node: '>=20.19' },
      publishConfig: { access: 'public', provenance: true },
    });
    expect(keywords).toContain('api-keys');
    expect(sideEffects).toBeDefined();
  });

  it('publint finds nothing', () => {
    expect(check('publint', tarball, '--strict')).toMatchObject({ status: 0 });
  });

  it('"are the types wrong" finds nothing', () => {
    expect(check('attw', tarball, '--no-emoji', ...PROFILES[name])).toMatchObject({ status: 0 });
  });
});

/** Once, when it was built: no test, no source map, nothing of a source that is gone. */
function isCompiled(name: keyof typeof SOURCES, path: string): boolean {
  const source = /^dist\/(.+?)\.(?:d\.ts|d\.cts|js|cjs)$/.exec(path)?.[1];
  if (source === undefined || /\btest\b/.test(source)) return false;
  return existsSync(join(root, SOURCES[name], 'src', `${source}.ts`));
}

function check(program: string, ...args: string[]) {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [join(root, 'consumers/node_modules/.bin', program), ...args],
    { encoding: 'utf8' },
  );
  return { status, output: `${stdout}${stderr}` };
}
