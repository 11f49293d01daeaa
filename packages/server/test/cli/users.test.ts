import { PassThrough } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { usersCommand } from '../../src/cli/users.js';
import { createTestServer, PASSWORD, type TestServer } from '../support/test-server.js';

let server: TestServer;

beforeAll(async () => {
  server = await createTestServer();
});
afterAll(() => server.close());

/** Runs `keystamp users …` with `input` on standard input; gives what it printed. */
async function users(args: readonly string[], input: string | Buffer = ''): Promise<string> {
  let printed = '';
  const stdin = new PassThrough();
  stdin.end(input);
  const command = usersCommand({
    stdin: stdin as unknown as NodeJS.ReadStream,
    write: (text) => {
      printed += text;
    },
    prompt: () => {},
    withKeystamp: (work) => work(server.keystamp, server.logger),
  });
  await command.parseAsync([...args], { from: 'user' });
  expect(printed).not.toContain(PASSWORD);
  return printed;
}

describe('keystamp users', () => {
  it('add: the password comes by standard input, and signs in', async () => {
    const args = ['add', 'ada@example.com', '--name', 'Ada', '--admin'];
    expect(await users(args, `${PASSWORD}\nmore\n`)).toBe('added ada@example.com\n');
    const cookie = await server.signIn('ada');
    const me = await server.send({ url: '/api/auth/me', cookie });
    expect(me.json().user).toMatchObject({ name: 'Ada', is_admin: true });
    expect(server.logged.join('')).not.toContain(PASSWORD);
    expect(server.logged.join('')).toContain('"by":"command line"');
  });

  it('add: a mark before the password is no part of it, nor is CR at its end', async () => {
    await users(['add', 'moe@example.com'], `\ufeff${PASSWORD}\r\n`);
    await server.signIn('moe');
    await server.ground.database.query(
      `delete from keystamp.users where email = 'moe@example.com'`,
    );
  });

  it.each([
    ['latin1', 'line 1: not UTF-8'],
    ['utf16le', 'line 1: not UTF-8 but UTF-16'],
  ] as const)('add: a password in %s makes no user', async (encoding, message) => {
    const input = Buffer.from('ein gutes Paßwort\n', encoding);
    await expect(users(['add', 'liv@example.com'], input)).rejects.toThrow(message);
    expect(await users(['list'])).not.toContain('liv@example.com');
  });

  it('add: without a password, said in so many words', async () => {
    const printed = await users(['add', 'bob@example.com', '--no-password', '--json']);
    expect(JSON.parse(printed).user).toMatchObject({
      email: 'bob@example.com',
      has_password: false,
    });
  });

  it('deactivate: whose id is the address of another is named by what it is', async () => {
    await users(['add', 'zoe@example.com', '--no-password']);
    await server.ground.database.query(
      `insert into keystamp.users (id) values ('zoe@example.com')`,
    );
    const text = `select id, email, is_active from keystamp.users where 'zoe@example.com' in (id, email) order by id`;
    const both = async () => (await server.ground.database.query(text)).rows;
    const person = (await both()).find(({ email }) => email !== null)?.['id'] as string;
    await expect(users(['deactivate', 'zoe@example.com'])).rejects.toThrow(
      `say id:zoe@example.com or id:${person}`,
    );
    expect((await both()).map((row) => row['is_active'])).toEqual([true, true]);
    await users(['deactivate', `id:${person}`]);
    expect(await both()).toContainEqual({
      id: person,
      email: 'zoe@example.com',
      is_active: false,
    });
    expect((await both()).filter((row) => row['is_active'] === true)).toHaveLength(1);
    await server.ground.database.query(
      `delete from keystamp.users where 'zoe@example.com' in (id, email)`,
    );
  });

  it.each([
    [
      ['add', 'eve@example.com'],
      '',
      'no password: expected it as the first line of standard input',
    ],
    [['add', 'eve@example.com'], 'short\n', 'password: expected 12 to 256 characters'],
    [['add', 'eve@example.com'], 'EVE@example.com\n', 'password: expected something else'],
    [['add', 'eve'], `${PASSWORD}\n`, 'email: expected'],
    [['add', 'eve@example.com', '--name', ' '], `${PASSWORD}\n`, 'name: expected'],
    [['add', 'eve@example.com', '--name', 'a\u202eb'], `${PASSWORD}\n`, 'name: expected a text'],
    [['add', 'eve@example.com', '--name', 'a\u2028b'], `${PASSWORD}\n`, 'name: expected a text'],
    [['add', 'eve@example.com', '--name', '\u200b'], `${PASSWORD}\n`, 'name: expected a text'],
    [['add', 'ADA@example.com'], `${PASSWORD}\n`, 'email: taken'],
    [['deactivate', 'nobody@example.com'], '', 'no user'],
    [['deactivate', 'ada@example.com'], '', 'last active administrator'],
    [['reset-password', 'nobody@example.com'], `${PASSWORD}\n`, 'no user'],
  ])('%j with %j: refused in one line', async (args, input, expected) => {
    await expect(users(args, input)).rejects.toThrow(expected);
  });

  it('list: as a table and as JSON', async () => {
    const table = (await users(['list'])).split('\n');
    expect(table[0]).toMatch(/^ADDRESS +NAME +ROLE +STATUS +KEYS +LAST USED +ID$/);
    expect(table[1]).toMatch(/^ada@example.com +Ada +administrator +active +0 +— +[\w-]{36}$/);
    expect(table[2]).toMatch(/^bob@example.com +— +user +active/);
    const { users: listed } = JSON.parse(await users(['list', '--json']));
    expect(listed.map((user: { email: string }) => user.email)).toEqual([
      'ada@example.com',
      'bob@example.com',
    ]);
  });

  it('reset-password: ends the sessions of the old one', async () => {
    const cookie = await server.signIn('ada');
    await users(['reset-password', 'ADA@example.com'], 'quite another password\n');
    expect((await server.send({ url: '/api/auth/me', cookie })).statusCode).toBe(401);
    await server.signIn('ada', 'quite another password');
  });

  it('reset-password: refused where nobody could sign in with it, before one is asked for', async () => {
    await server.keystamp.createApiKey({ userId: 'no-address', name: 'A key' });
    await expect(users(['reset-password', 'no-address'])).rejects.toThrow(
      'password: the user has no address, so nobody can sign in with one',
    );
  });

  it('deactivate: by id too; keys stop at once', async () => {
    const { id } = await server.addUser('carol');
    const { apiKey } = await server.keystamp.createApiKey({ userId: id, name: 'A key' });
    await server.keystamp.validateUserApiKey(apiKey);
    expect(await users(['deactivate', id])).toBe('deactivated carol@example.com\n');
    expect(await server.keystamp.validateUserApiKey(apiKey)).toMatchObject({
      reason: 'user_inactive',
    });
    expect(await users(['activate', id])).toBe('activated carol@example.com\n');
    expect(await server.keystamp.validateUserApiKey(apiKey)).toMatchObject({ valid: true });
  });

  it('what changes nothing is said so, and writes no audit line', async () => {
    const { id } = await server.addUser('dora');
    const audited = () => server.logged.filter((line) => line.includes(`"user":"${id}"`));
    await users(['deactivate', id]);
    expect(JSON.parse(audited()[0] ?? '')).toMatchObject({
      audit: true,
      changed: 'is_active',
      isActive: false,
      msg: 'changed a user',
    });
    expect(await users(['deactivate', id])).toBe('dora@example.com was deactivated already\n');
    await users(['activate', id]);
    expect(await users(['activate', id])).toBe('dora@example.com was active already\n');
    expect(audited()).toHaveLength(2);
  });
});
