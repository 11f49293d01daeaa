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

  it.each(['migrate', 'create', 'list', 'revoke', 'rotate', 'import', 'serve'])(
    'keystamp %s --help gives an example',
    async (command) => {
      expect((await keystamp([command, '--help'], {})).out).toMatch(/Examples?:\n {2}\$ /);
    },
  );
});
