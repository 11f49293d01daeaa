// Reads the declarations of a package as `tsc` writes them (.d.ts): one statement begins in the first column, after its
// comment, and its members are indented by four spaces.
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Every export of an entry point, in the order of the file: `{ name, kind, parent, comment, text, members }`. */
export function readExports(path) {
  return statementsOf(path).flatMap((statement) => {
    const [, names, , file] = EXPORTED.exec(statement.source) ?? [];
    if (names !== undefined) {
      return namesIn(names).map((name) =>
        declarationOf(file ?? importedFrom(path, name), name, path),
      );
    }
    return /^export declare |^export (interface|type \w)/.test(statement.source) ? [statement] : [];
  });
}

/** The comment at the head of an entry point that only exports from other files; '' where it has none. */
export function commentOfEntry(path) {
  const [first] = statementsOf(path);
  return EXPORTED.test(first?.source ?? '') ? first.comment : '';
}

const EXPORTED = /^export (?:type )?\{([^}]*)\}( from '(\.[^']+)')?;$/;
const IMPORTED = /^import (?:type )?\{([^}]*)\} from '(\.[^']+)';$/;

function importedFrom(path, name) {
  for (const { source } of statementsOf(path)) {
    const [, names, file] = IMPORTED.exec(source) ?? [];
    if (names !== undefined && namesIn(names).includes(name)) return file;
  }
  throw new Error(`${path} exports ${name} and does not import it`);
}

function declarationOf(specifier, name, from) {
  const path = join(dirname(from), specifier.replace(/\.js$/, '.d.ts'));
  const found = statementsOf(path).find((statement) => statement.name === name);
  if (found !== undefined) return found;
  const again = readExports(path).find((statement) => statement.name === name);
  if (again === undefined) throw new Error(`${path} does not export ${name}`);
  return again;
}

function namesIn(list) {
  return list
    .split(',')
    .map((name) => name.trim().replace(/^type /, ''))
    .filter((name) => name !== '');
}

const files = new Map();

function statementsOf(path) {
  const known = files.get(path);
  if (known !== undefined) return known;
  const statements = split(readFileSync(path, 'utf8').split('\n'), '').map(describe);
  files.set(path, statements);
  return statements;
}

/** Statements or members at an indentation, each with the comment before it. Overloads of a function are one. */
function split(lines, indent) {
  const found = [];
  let comment = [];
  let text = [];
  for (const line of lines) {
    if (line === '' || (text.length === 0 && !line.startsWith(indent))) continue;
    const isComment = text.length === 0 && /^\s*(\/\*\*| \*)/.test(line);
    (isComment ? comment : text).push(line.slice(indent.length));
    if (isComment || !isWhole(text)) continue;
    found.push({ comment: textOf(comment), text: text.join('\n') });
    comment = [];
    text = [];
  }
  return found;
}

function isWhole(lines) {
  const text = lines.join('\n').replaceAll(/\/\*\*.*?\*\//gs, '');
  const count = (pattern) => (text.match(pattern) ?? []).length;
  return count(/[{(]/g) === count(/[})]/g) && /[;}]$/.test(text);
}

/** Without the stars at the beginning of its lines. */
function textOf(comment) {
  return comment
    .join('\n')
    .replace(/^\/\*\*|\*\/$/g, '')
    .replaceAll(/^ *\* ?/gm, '')
    .trim();
}

function describe({ comment, text }) {
  const [, kind, name] =
    /^(?:export )?(?:declare )?(interface|type|class|function|const) (\w+)/.exec(text) ?? [];
  const isBlock = kind === 'interface' || kind === 'class';
  const members = isBlock ? split(text.split('\n').slice(1, -1), '    ').map(describeMember) : [];
  const [, parent] = /^[^{]* extends (.+?) \{/.exec(text) ?? [];
  return { kind, name, parent, comment, source: text, text: withoutComments(text), members };
}

function describeMember({ comment, text }) {
  const [, name, optional, mark] = /^(?:readonly )?(\w+)(\??)([(:<])/.exec(text) ?? [];
  const type = text.replace(/^(?:readonly )?\w+\??: /, '').replace(/;$/, '');
  return { name, comment, text, isOptional: optional === '?', isMethod: mark !== ':', type };
}

function withoutComments(text) {
  return text
    .replaceAll(/^ *\/\*\*.*?\*\/\n/gms, '')
    .replace(/^export /, '')
    .replace(/^declare /, '');
}
