import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { sources } from '../../../../scripts/sources.mjs';
import { type Program, root } from './programs.js';

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
  // Those of NestJS.
  experimentalDecorators: true,
  noEmit: true,
  types: ['node'],
  skipLibCheck: true,
  paths: Object.fromEntries([...sources].map(([name, source]) => [name, [source]])),
};

/** What the compiler finds wrong in the programs, strictly: a line each, which begins with the document. */
export function compile(programs: readonly Program[]): string[] {
  // Under the root, so that they find the frameworks as a service would.
  mkdirSync(join(root, 'node_modules/.cache'), { recursive: true });
  const folder = mkdtempSync(join(root, 'node_modules/.cache/keystamp-documents-'));
  const write = (file: string, source: string) => {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), source);
  };
  try {
    write('package.json', JSON.stringify({ type: 'module' }));
    write('next.d.ts', NEXT);
    write('tsconfig.json', JSON.stringify({ compilerOptions: OPTIONS, include: ['**/*.ts'] }));
    for (const { document, file, source } of programs) write(`${document}/${file}`, source);
    return errorsOf(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function errorsOf(folder: string): string[] {
  const { stdout } = spawnSync(
    join(root, 'node_modules/.bin/tsc'),
    ['-p', folder, '--pretty', 'false'],
    { cwd: folder, encoding: 'utf8' },
  );
  return stdout.trim().split('\n').filter(Boolean);
}
