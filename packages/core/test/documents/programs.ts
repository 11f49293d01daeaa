import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../../../../', import.meta.url));

/** A block of TypeScript in a document. */
export interface Program {
  readonly document: string;
  /** The file that its first line names, or one of its own. */
  readonly file: string;
  /** At the lines where it stands in the document, so that an error of the compiler names the place. */
  readonly source: string;
}

/** The documents whose programs a reader copies. */
export function guides(): string[] {
  const folder = 'docs/guide';
  const pages = readdirSync(join(root, folder)).map((file) => `${folder}/${file}`);
  return ['README.md', 'packages/core/README.md', ...pages.sort()];
}

export function read(document: string): string {
  return readFileSync(join(root, document), 'utf8');
}

const BLOCK = /(?:^<!-- assumes\n(.*?)^-->\n+)?^```(?:ts|js|typescript|javascript)\n(.*?)^```$/gms;

/**
 * All programs of a document. What a program assumes stands in a comment before it, which no reader of the page sees:
 * `<!-- assumes`, the declarations, `-->`.
 */
export function programsOf(document: string, text: string): Program[] {
  return [...text.matchAll(BLOCK)].map((match, at) => {
    const [whole, assumed = '', code = ''] = match;
    const begin = text.slice(0, match.index);
    const source = `${blank(begin)}${whole
      .replace('<!-- assumes', '')
      .replace(/^-->$/m, '')
      .replaceAll(/^```\w*$/gm, '')}`;
    const [, named] = /^\/\/ (\S+\.ts)$/m.exec(code.split('\n')[0] ?? '') ?? [];
    const isModule = /^(import|export) /m.test(`${assumed}\n${code}`);
    const file = named ?? `program-${at + 1}.ts`;
    return { document, file, source: isModule ? source : `${source}\nexport {};` };
  });
}

function blank(text: string): string {
  return text.replaceAll(/[^\n]+/g, '');
}
