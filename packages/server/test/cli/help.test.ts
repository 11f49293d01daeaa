import { describe, expect, it } from 'vitest';
import { keystamp } from '../support/cli.js';

describe('the command line', () => {
  it.each([[['--help']], [['create', '--help']], [['users', 'add', '--help']]])(
    '%j is no error',
    async (args) => {
      const { code, out, err } = await keystamp(args, {});
      expect([code, err]).toEqual([0, '']);
      expect(out).toMatch(/^Usage: keystamp/);
    },
  );

  it.each(['migrate', 'create', 'list', 'revoke', 'rotate', 'delete', 'import', 'serve'])(
    'keystamp %s --help gives an example',
    async (command) => {
      expect((await keystamp([command, '--help'], {})).out).toMatch(/Examples?:\n {2}\$ /);
    },
  );

  it.each([
    [['users', 'add', 'ada'], 'email: expected'],
    [['users', 'add', 'ada@example.com', '--name', ' ', '--no-password'], '--name: expected'],
  ])('%j: a wrong argument ends with 2', async (args, message) => {
    const { code, out, err } = await keystamp(args, {});
    expect([code, out, err]).toEqual([2, '', expect.stringContaining(`keystamp: ${message}`)]);
  });
});
