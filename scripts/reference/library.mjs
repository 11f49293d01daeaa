import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { commentOfEntry, readExports } from './declarations.mjs';
import { code, page, prose, table } from './markdown.mjs';

/** docs/reference/library.md: what each entry point of the package exports, with its docstring. */
export function libraryPage(folder) {
  const described = new Map();
  const entries = entryPointsOf(folder);
  const parts = entries.flatMap(({ name, types }) => {
    const exports = inOneOfEach(readExports(join(folder, types)));
    const others = exports.filter((each) => !isValue(each));
    return [
      `## ${name}`,
      prose(commentOfEntry(join(folder, types))),
      ...others.flatMap((each) => describe(each, name, described)),
      constantsOf(exports.filter(isValue)),
    ];
  });
  const contents = entries.map(({ name }) => linkTo(name)).join(' · ');
  return page('Library', 'the docstrings of `packages/core`', [prose(contents), ...parts]);
}

function entryPointsOf(folder) {
  const { name, exports } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  return Object.entries(exports)
    .filter(([, entry]) => entry.types !== undefined)
    .map(([path, { types }]) => ({ name: `${name}${path.slice(1)}`, types }));
}

/** A constant in one line that is no function. */
function isValue({ kind, text }) {
  return kind === 'const' && !text.includes('\n') && !text.includes('=>');
}

function constantsOf(constants) {
  const rows = constants.map(({ name, text, comment }) => [
    `\`${name}\``,
    `\`${text.replace(/^const \w+(: | = )/, '').replace(/;$/, '')}\``,
    comment,
  ]);
  return rows.length === 0
    ? ''
    : `### Constants\n\n${table(['Name', 'Value or type', 'About'], rows)}`;
}

function linkTo(entry) {
  return `[${entry}](#${entry.replace('/', '')})`;
}

/** Overloads of a function share a heading. */
function inOneOfEach(exports) {
  const byName = new Map();
  for (const each of exports) {
    const first = byName.get(each.name);
    if (first === undefined) byName.set(each.name, each);
    else if (first.text !== each.text) {
      byName.set(each.name, { ...first, text: `${first.text}\n${each.text}` });
    }
  }
  return [...byName.values()];
}

/** What another entry point exports too is described there. */
function describe(declaration, entry, described) {
  const { name, kind, parent, comment, text, members } = declaration;
  const elsewhere = described.get(text);
  if (elsewhere !== undefined) return [`### ${name}`, `As in ${linkTo(elsewhere)}.`];
  described.set(text, entry);
  const isTable = kind === 'interface' && members.every(({ isMethod }) => !isMethod);
  return [
    `### ${name}`,
    commentOf(comment),
    isTable && parent !== undefined ? parentsOf(parent) : '',
    isTable ? fieldsOf(members) : code(text.replaceAll('    ', '  '), 'ts'),
    ...(isTable ? [] : members.flatMap((member) => methodOf(name, member))),
  ];
}

function parentsOf(parents) {
  const names = parents.split(', ').map((name) => `\`${name}\``);
  return `With the fields of ${names.join(' and of ')} too.`;
}

function fieldsOf(members) {
  if (members.length === 0) return '';
  return table(
    ['Field', 'Type', 'About'],
    members.map(({ name, isOptional, type, comment }) => [
      `\`${name}${isOptional ? '?' : ''}\``,
      `\`${type.replaceAll(/\/\*\*.*?\*\//gs, '').replace(/ \| undefined$/, '')}\``,
      comment,
    ]),
  );
}

function methodOf(owner, { name, comment, isMethod }) {
  if (comment === '') return [];
  const title = `${owner[0].toLowerCase()}${owner.slice(1)}.${name}`;
  return [`#### ${isMethod ? `${title}()` : title}`, commentOf(comment)];
}

function commentOf(comment) {
  const [text, ...examples] = comment.split(/^@example\b/m);
  return [prose(text.trim()), ...examples.map((example) => code(example.trim(), 'ts'))]
    .filter((part) => part !== '')
    .join('\n\n');
}
