import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, inject, it } from 'vitest';

const compilers = fileURLToPath(new URL('../node_modules', import.meta.url));
const { both } = inject('installed');

/** All that needs no other package than those that are installed beside it. */
const PROGRAM = `
import { createKeystamp, KeystampError, type Keystamp } from 'keystamp';
import { openDatabase } from 'keystamp/database';
import { authenticateApiKey as ofExpress } from 'keystamp/express';
import { authenticateApiKey as ofFastify } from 'keystamp/fastify';
import { authenticate } from 'keystamp/http';
import { createWithApiKey } from 'keystamp/next';
import { isName } from 'keystamp/rules';
import { mayHoldApiKey } from 'keystamp/shape';

export const edges = [ofExpress, ofFastify, authenticate, createWithApiKey, isName, mayHoldApiKey];

export async function main(): Promise<string> {
  const keystamp: Keystamp = await createKeystamp({ database: await openDatabase(process.env['DATABASE_URL']) });
  const { apiKey } = await keystamp.createApiKey({ userId: 'ada', name: 'CI' });
  const validation = await keystamp.validateUserApiKey(apiKey);
  return validation.valid ? validation.user.id : validation.reason;
}

export const codeOf = (error: unknown) => error instanceof KeystampError && error.code;
`;
/** Its own types need a newer TypeScript than the oldest. */
const WITH_HONO = `
export { authenticateApiKey as ofHono } from 'keystamp/hono';
`;
/** Types of `any` would let every program pass. */
const WRONG = `
import { isName } from 'keystamp/rules';
export const named: string = isName('CI');
`;

/** The newest of TypeScript takes no `moduleResolution: node10`, which `module: commonjs` meant for long. */
const CASES = [
  ['5.4', ['--module', 'nodenext']],
  ['5.4', ['--module', 'node16']],
  ['5.4', ['--module', 'commonjs', '--esModuleInterop']],
  ['5.9', ['--module', 'nodenext']],
  ['6', ['--module', 'nodenext', '--ignoreConfig']],
  ['7', ['--module', 'nodenext', '--ignoreConfig']],
  ['7', ['--module', 'esnext', '--moduleResolution', 'bundler', '--ignoreConfig']],
] as const;

/** One fault in each of the two programs that have one. */
const FOUND = ['commonjs.cts', 'esm.mts'].map((file) =>
  expect.stringMatching(`^wrong-${file}\\(3,14\\): error TS2322`),
);

it.each(CASES)('TypeScript %s compiles ES modules and CommonJS, %j', async (version, flags) => {
  expect(await compile(version, flags)).toEqual(FOUND);
});

async function compile(version: string, flags: readonly string[]): Promise<string[]> {
  for (const file of ['esm.mts', 'commonjs.cts']) {
    writeFileSync(join(both, file), version === '5.4' ? PROGRAM : PROGRAM + WITH_HONO);
    writeFileSync(join(both, `wrong-${file}`), WRONG);
  }
  const tsc = join(compilers, `typescript-${version}/bin/tsc`);
  const strict = ['--noEmit', '--strict', '--skipLibCheck', 'false', '--pretty', 'false'];
  const target = ['--target', 'es2022', '--lib', 'es2022', '--types', 'node'];
  const files = ['esm.mts', 'commonjs.cts', 'wrong-esm.mts', 'wrong-commonjs.cts'];
  const args = [tsc, ...strict, ...target, ...flags, ...files];
  const output = await new Promise<string>((resolve) => {
    execFile(process.execPath, args, { cwd: both }, (_error, stdout) => resolve(stdout));
  });
  return output
    .split('\n')
    .filter((line) => /^\S/.test(line))
    .sort();
}
