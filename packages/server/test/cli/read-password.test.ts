import { PassThrough } from 'node:stream';
import { expect, it } from 'vitest';
import { readPassword } from '../../src/cli/read-password.js';

it('a password that is typed is asked for once the terminal shows nothing any more', async () => {
  let isRaw = false;
  const terminal = Object.assign(new PassThrough(), {
    isTTY: true,
    setRawMode: (raw: boolean) => {
      isRaw = raw;
    },
  });
  const prompts: [string, boolean][] = [];
  const password = await readPassword(terminal as unknown as NodeJS.ReadStream, (text) => {
    prompts.push([text, isRaw]);
    if (text === 'Password: ') setImmediate(() => terminal.write('correct horse battery\r'));
  });
  expect(password).toBe('correct horse battery');
  expect(prompts).toEqual([
    ['Password: ', true],
    ['\n', false],
  ]);
});
