import { code, page, prose } from './markdown.mjs';

const COLUMNS = 100;

/** docs/reference/command-line.md: the help of each command, as it is printed. */
export function commandLinePage(program) {
  const parts = [program, ...commandsOf(program)].flatMap((command) => [
    `## ${pathOf(command)}`,
    code(helpOf(command), 'text'),
  ]);
  const introduction =
    'The same is printed by `keystamp COMMAND --help`. In the folder of Keystamp, after the first start has built it, ' +
    '`npx keystamp` runs the command; elsewhere, npx would look for another package of that name. On a new database, ' +
    'run `keystamp migrate up` first.';
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
