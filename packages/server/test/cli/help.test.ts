import type { Command, Option } from 'commander';
import { describe, expect, it } from 'vitest';
import type { CliIo } from '../../src/cli/cli-io.js';
import { createProgram } from '../../src/cli/program.js';
import { keystamp } from '../support/cli.js';

const COMMANDS = createProgram({} as CliIo)
  .commands.map((command) => command.name())
  .filter((name) => name !== 'help');

describe('the command line', () => {
  it.each([[['--help']], [['create', '--help']], [['users', 'add', '--help']]])(
    '%j is no error',
    async (args) => {
      const { code, out, err } = await keystamp(args, {});
      expect([code, err]).toEqual([0, '']);
      expect(out).toMatch(/^Usage: keystamp/);
    },
  );

  it.each(COMMANDS)('keystamp %s --help gives an example', async (command) => {
    expect((await keystamp([command, '--help'], {})).out).toMatch(/Examples?:\n {2}\$ /);
  });

  it.each([
    [['users', 'add', 'ada'], 'email: expected'],
    [['users', 'add', 'ada@example.com', '--name', ' ', '--no-password'], '--name: expected'],
  ])('%j: a wrong argument ends with 2', async (args, message) => {
    const { code, out, err } = await keystamp(args, {});
    expect([code, out, err]).toEqual([2, '', expect.stringContaining(`keystamp: ${message}`)]);
  });

  it('every option of every command takes no option for its value, unless by =', async () => {
    const options = optionsWithValue(createProgram({} as CliIo));
    expect(options.length).toBeGreaterThan(15);
    for (const { path, option } of options) {
      for (const value of ['--json', '-h', '--', '--nothing']) {
        const { code, out, err } = await keystamp([...path, option.long ?? '', value], {});
        expect([code, out, err]).toEqual([
          2,
          '',
          expect.stringContaining(
            `error: option '${option.flags}' has no value; one that begins with - is given as ${option.long}=VALUE\n`,
          ),
        ]);
      }
    }
  });
});

function optionsWithValue(
  command: Command,
  path: string[] = [],
): { path: string[]; option: Option }[] {
  return [
    ...command.options.filter(({ required }) => required).map((option) => ({ path, option })),
    ...command.commands.flatMap((each) => optionsWithValue(each, [...path, each.name()])),
  ];
}

it('create --help says what a key without scopes may do, and who may refuse it', async () => {
  const { out } = await keystamp(['create', '--help'], {});
  const text = out.replace(/\s+/g, ' ');
  expect(text).toContain('left out: whatever its user may');
  expect(text).toContain('token introspection may demand a scope, and refuse it');
});
