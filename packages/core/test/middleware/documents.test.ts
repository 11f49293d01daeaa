import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../../../../', import.meta.url));
const text = readFileSync(join(root, 'docs/guide/middleware.md'), 'utf8');

/** The programs of the document by the file name that each begins with. */
const programs = [...text.matchAll(/^```ts\n\/\/ (\S+)\n(.*?)^```$/gms)].map(
  ([, file, source]): [file: string, source: string] => [file as string, source as string],
);

/** Next.js is not installed here; of it the programs use this one function. */
const NEXT = `declare module 'next/server' {
  export function after<T>(task: Promise<T> | (() => T | Promise<T>)): void;
}`;
const OPTIONS = {
  target: 'es2023',
  module: 'esnext',
  moduleResolution: 'bundler',
  strict: true,
  exactOptionalPropertyTypes: true,
  noEmit: true,
  types: ['node'],
  skipLibCheck: true,
  customConditions: ['keystamp-source'],
};

let folder: string;
beforeAll(() => {
  // Under the package, so that it finds the frameworks as a service would.
  mkdirSync(join(root, 'node_modules/.cache'), { recursive: true });
  folder = mkdtempSync(join(root, 'node_modules/.cache/keystamp-documents-'));
  write('package.json', JSON.stringify({ type: 'module' }));
  write('next.d.ts', NEXT);
  write('tsconfig.json', JSON.stringify({ compilerOptions: OPTIONS, include: ['**/*.ts'] }));
});
afterAll(() => rmSync(folder, { recursive: true }));

function write(file: string, source: string): void {
  mkdirSync(dirname(join(folder, file)), { recursive: true });
  writeFileSync(join(folder, file), source);
}

/** What the compiler finds wrong, strictly. */
function compile(): string {
  const { stdout } = spawnSync(
    join(root, 'node_modules/.bin/tsc'),
    ['-p', folder, '--pretty', 'false'],
    {
      encoding: 'utf8',
    },
  );
  return stdout;
}

it('docs/guide/middleware.md: each program compiles, strictly', () => {
  expect(programs.map(([file]) => file)).toEqual([
    'express.ts',
    'fastify.ts',
    'hono.ts',
    'keystamp.ts',
    'app/orders/route.ts',
    'node.ts',
  ]);
  for (const [file, source] of programs) write(file, source);
  expect(compile()).toBe('');
});

it('request.apiKey is there for those alone who import the path of their framework', () => {
  rmSync(folder, { recursive: true });
  write('package.json', JSON.stringify({ type: 'module' }));
  write('tsconfig.json', JSON.stringify({ compilerOptions: OPTIONS, include: ['**/*.ts'] }));
  const [, source] = programs.find(([file]) => file === 'express.ts') as [string, string];
  const without = source.replace(/^import .* 'keystamp\/express';$/m, "import 'keystamp/hono';");
  write(
    'express.ts',
    without.replaceAll(/authenticateApiKey\([^)]*\)/g, '(_q, _s, next) => next()'),
  );
  const errors = compile().trim().split('\n');
  expect(errors.length).toBeGreaterThan(0);
  for (const error of errors) expect(error).toContain("Property 'apiKey' does not exist");
});
