export interface SqlStatement {
  readonly text: string;
  /** Where its first word is in the whole text. */
  readonly start: number;
}

/**
 * What hides a semicolon: strings, quoted names, dollar quotes and comments. `begin atomic` bodies do not:
 * a migration uses dollar quotes instead.
 */
const hiding =
  /(?<![\w$])[eE]'(?:[^'\\]|\\[\s\S]|'')*'|'(?:[^']|'')*'|"(?:[^"]|"")*"|(?<![\w$])\$(\w*)\$[\s\S]*?\$\1\$|--[^\n]*|\/\*/y;

/** Splits a text into its statements; comments before a statement are not part of it. */
export function splitStatements(sql: string): SqlStatement[] {
  const statements: SqlStatement[] = [];
  let start = -1;
  const finish = (end: number) => {
    if (start !== -1) statements.push({ text: sql.slice(start, end), start });
    start = -1;
  };
  for (let at = 0; at < sql.length; ) {
    if (sql[at] === ';') {
      finish(at);
      at += 1;
      continue;
    }
    const end = endOfHidden(sql, at);
    const isComment = end > at && (sql.startsWith('--', at) || sql.startsWith('/*', at));
    if (start === -1 && !isComment && /\S/.test(sql[at] as string)) start = at;
    at = Math.max(end, at + 1);
  }
  finish(sql.trimEnd().length);
  return statements;
}

/** `at` itself where nothing hidden begins. */
function endOfHidden(sql: string, at: number): number {
  hiding.lastIndex = at;
  const match = hiding.exec(sql);
  if (match === null) return at;
  return match[0] === '/*' ? endOfComment(sql, at) : at + match[0].length;
}

/** Comments of this kind nest. */
function endOfComment(sql: string, start: number): number {
  let depth = 0;
  const marks = /\/\*|\*\//g;
  marks.lastIndex = start;
  for (let mark = marks.exec(sql); mark !== null; mark = marks.exec(sql)) {
    depth += mark[0] === '/*' ? 1 : -1;
    if (depth === 0) return marks.lastIndex;
  }
  return sql.length;
}

/** The number of the line, from 1, that holds the offset. */
export function lineAt(sql: string, offset: number): number {
  return sql.slice(0, offset).split('\n').length;
}
