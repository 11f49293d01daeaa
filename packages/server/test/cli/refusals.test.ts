import { afterAll, beforeAll, expect, it } from 'vitest';
import { type CliGround, createCliGround } from '../support/cli-ground.js';

let cli: CliGround;

beforeAll(async () => {
  cli = await createCliGround();
  await cli.run(['users', 'add', 'ada@example.com', '--admin', '--no-password']);
  await cli.run(['create', '--user', '42', '--name', 'orders']);
});
afterAll(() => cli.drop());

/** A wrong value is a wrong command line; every other refusal is a failure. */
it.each([
  {
    refused: 'a wrong name of a user',
    args: ['users', 'add', 'bob@example.com', '--no-password', '--name', 'a\u202eb'],
    code: 2,
    message: /^keystamp: --name: expected /,
  },
  {
    refused: 'a scope of administrators in the key of another user',
    args: ['create', '--user', '42', '--name', 'x', '--scope', 'introspect'],
    code: 2,
    message: /^keystamp: --scope: expected introspect in a key of an administrator alone/,
  },
  {
    refused: 'an address that another user has',
    args: ['users', 'add', 'ADA@example.com', '--no-password'],
    code: 1,
    message: /^keystamp: email: taken by another user\n/,
  },
  {
    refused: 'the end of the last active administrator',
    args: ['users', 'deactivate', 'ada@example.com'],
    code: 1,
    message: /^keystamp: This is the last active administrator: make another one first\.\n/,
  },
  {
    refused: 'a password of a user without an address',
    args: ['users', 'reset-password', '42'],
    code: 1,
    message: /^keystamp: password: the user has no address/,
  },
])('exit code $code: $refused', async ({ args, code, message }) => {
  const result = await cli.run(args, { stdin: 'four words of some length\n' });
  expect(result).toMatchObject({ code, out: '' });
  expect(result.err).toMatch(message);
});
