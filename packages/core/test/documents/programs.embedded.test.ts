import { expect, it } from 'vitest';
import { compile } from './compiler.js';
import { guides, programsOf, read } from './programs.js';

const MIDDLEWARE = 'docs/guide/middleware.md';

it('each TypeScript block of the README and the guide compiles, strictly', () => {
  const programs = guides().flatMap((document) => programsOf(document, read(document)));
  const documents = new Set(programs.map(({ document }) => document));
  expect([...documents]).toEqual(expect.arrayContaining(['README.md', MIDDLEWARE]));
  expect(compile(programs)).toEqual([]);
});

it('a program that does not compile is named by its document and line', () => {
  const text = [
    'Text',
    '<!-- assumes',
    'declare const pool: string;',
    '-->',
    '```ts',
    "import { createKeystamp } from 'keystamp';",
    'await createKeystamp({ pool });',
    '```',
  ];
  const [error, ...others] = compile(programsOf('page.md', text.join('\n')));
  expect(error).toMatch(/^page\.md\/program-1\.ts\(7,\d+\): error .*'pool' does not exist/);
  expect(others).toEqual([]);
});

it('request.apiKey is there for those alone who import the path of their framework', () => {
  const express = programsOf(MIDDLEWARE, read(MIDDLEWARE)).filter(
    ({ file }) => file === 'express.ts',
  );
  const without = express.map((program) => ({
    ...program,
    source: program.source
      .replace(/^import .* 'keystamp\/express';$/m, "import 'keystamp/hono';")
      .replaceAll(/authenticateApiKey\([^)]*\)/g, '(_q, _s, next) => next()'),
  }));
  const errors = compile(without);
  expect(errors.length).toBeGreaterThan(0);
  for (const error of errors) expect(error).toContain("Property 'apiKey' does not exist");
});
