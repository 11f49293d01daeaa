import { code, page, prose } from './markdown.mjs';

const COLUMNS = 100;

/** docs/reference/command-line.md: the help of each command, as it is printed. */
export function commandLinePage(program) {
  const parts = [program, ...commandsOf(program)].flatMap((command) => [
    `## ${pathOf(command)}`,
    code(helpOf(command), 'text'),
  ]);
  const introduction =
    'The same is printed by `keystamp COMMAND --help`. Where `@keystamp/server` is installed, `npx keystamp COMMAND` runs ' +
    'a command; so it does in the repository, after the first start has built it. Elsewhere use ' +
    '`npx @keystamp/server COMMAND`. On a new database, run `keystamp migrate up` first.';
  return page('Command line', 'the help of the commands', [prose(introduction), ...parts]);
}

function commandsOf(command) {
  return command.commands.flatMap((each) => [each, ...commandsOf(each)]);
}

function pathOf(command) {
  return command.parent === null ? command.name() : `${pathOf(command.parent)} ${command.name()}`;
}

function helpOf(command) {
  let text = '';
  const writeOut = (part) => {
    text += part;
  };
  command.configureOutput({
    writeOut,
    getOutHelpWidth: () => COLUMNS,
    getOutHasColors: () => false,
  });
  command.outputHelp();
  return text;
}
