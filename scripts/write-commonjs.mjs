// A build step of the library: what `require` and TypeScript's CommonJS see of it. Node loads ES modules by `require` itself,
// so that each entry point is one line, and there is one copy of the library. TypeScript wants declarations that are
// CommonJS by their name.
import { readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { root } from './workspace.mjs';

const core = join(root, 'packages/core');
/** A file beside it, as a declaration names it. */
const BESIDE = /((?:from|import|module) ?\(?)'(\.{1,2}\/[^']+)\.js'/g;

const { exports, typesVersions } = JSON.parse(readFileSync(join(core, 'package.json'), 'utf8'));
const declarations = new Set();
for (const [path, entry] of Object.entries(exports)) {
  if (entry.default === undefined) continue;
  requireCommonJs(path, entry);
  const file = `./${basename(entry.default)}`;
  writeFileSync(
    join(core, entry.require.default),
    `'use strict';\nmodule.exports = require('${file}');\n`,
  );
  writeDeclarations(join(core, entry.types));
}

/** An entry point that ES modules alone could import is a fault of package.json. `typesVersions` is for `moduleResolution: node10`. */
function requireCommonJs(path, entry) {
  const types = entry.types.replace(/\.ts$/, '.cts');
  const required = { types, default: entry.default.replace(/\.js$/, '.cjs') };
  const expected = { exports: { [path]: { require: required, ...entry } } };
  if (path !== '.') expected.typesVersions = { '*': { [path.slice(2)]: [types] } };
  const isThere =
    JSON.stringify(entry.require) === JSON.stringify(required) &&
    (path === '.' || typesVersions['*'][path.slice(2)]?.[0] === types);
  if (isThere) return;
  console.error(`packages/core/package.json: expected ${JSON.stringify(expected, null, 2)}`);
  process.exit(1);
}

/** Of a declaration, and of those that it refers to. */
function writeDeclarations(path) {
  if (declarations.has(path)) return;
  declarations.add(path);
  const text = readFileSync(path, 'utf8');
  const renamed = text.replace(BESIDE, (_, before, beside) => `${before}'${beside}.cjs'`);
  writeFileSync(path.replace(/\.d\.ts$/, '.d.cts'), renamed);
  for (const [, , beside] of text.matchAll(BESIDE)) {
    writeDeclarations(join(dirname(path), `${beside}.d.ts`));
  }
}
