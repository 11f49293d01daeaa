import { readdirSync, readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { expect, it } from 'vitest';
import type { CliIo } from '../../src/cli/cli-io.js';
import { createProgram } from '../../src/cli/program.js';

const root = new URL('../../../../', import.meta.url);
const read = (path: string) => readFileSync(new URL(path, root), 'utf8');

function documents(): string[] {
  const pages = ['docs/guide', 'docs/operate'].flatMap((folder) =>
    readdirSync(new URL(folder, root)).map((file) => `${folder}/${file}`),
  );
  return ['README.md', 'SECURITY.md', 'packages/server/README.md', ...pages];
}

/** Commands of others, to which `keystamp` is the name of a package, an image or a namespace. */
const OTHERS = /^(?:npm install|kubectl|docker build) .*/gm;

/** Each `keystamp …` of a document, in a block or in a sentence, to the end of the command. */
function commandsIn(path: string): string[] {
  const text = read(path);
  const blocks = [...text.matchAll(/^```sh\n(.*?)^```$/gms)].map(([, code]) => code as string);
  const inline = [...text.matchAll(/`(keystamp [^`]+)`/g)].map(([, code]) => code as string);
  return [...blocks, ...inline].flatMap((code) =>
    [
      ...code
        .replaceAll(OTHERS, '')
        .matchAll(/(?<![\w./@-])(?:keystamp|@keystamp\/server) ([a-z][^|\n)#<;]*)/g),
    ].map(([, rest]) => `${rest?.trim()}`),
  );
}

/** What is wrong with a command line; null: nothing. What its words mean is not looked at. */
function faultOf(line: string): string | null {
  let command: Command = createProgram({} as CliIo);
  const words = line.replaceAll(/'[^']*'|"[^"]*"/g, 'text').split(/\s+/);
  while (words.length > 0) {
    const next = command.commands.find((each) => each.name() === words[0]);
    if (next === undefined) break;
    command = next;
    words.shift();
  }
  if (command.parent === null) return `${words[0]} is no command`;
  const known = command.options.map(({ long }) => long);
  const wrong = words
    .filter((word) => word.startsWith('--'))
    .find((word) => word !== '--help' && !known.includes(word.split('=')[0]));
  return wrong === undefined ? null : `${command.name()} has no ${wrong}`;
}

it('each command in the documents is one, with options that it has', () => {
  const found = documents().flatMap((path) => commandsIn(path).map((line) => ({ path, line })));
  expect(found.length).toBeGreaterThan(20);
  const wrong = found.flatMap(({ path, line }) => {
    const fault = faultOf(line);
    return fault === null ? [] : [`${path}: keystamp ${line}: ${fault}`];
  });
  expect(wrong).toEqual([]);
});
