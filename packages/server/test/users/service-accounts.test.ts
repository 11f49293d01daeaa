import { PassThrough } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { usersCommand } from '../../src/cli/users.js';
import { createKeyServer, type KeyServer } from '../support/key-server.js';

let server: KeyServer;
beforeAll(async () => {
  server = await createKeyServer();
});
afterAll(() => server.close());

const add = (payload: object) =>
  server.ask({ method: 'POST', url: '/api/users', payload, cookie: server.ada.cookie });
const change = (id: string, payload: object) =>
  server.ask({ method: 'PATCH', url: `/api/users/${id}`, payload, cookie: server.ada.cookie });

/** Runs `keystamp users …`; gives what it printed. */
async function users(...args: string[]): Promise<string> {
  let printed = '';
  const command = usersCommand({
    stdin: new PassThrough().end() as unknown as NodeJS.ReadStream,
    write: (text) => {
      printed += text;
    },
    prompt: () => {},
    withKeystamp: (work) => work(server.keystamp, server.logger),
  });
  await command.parseAsync(args, { from: 'user' });
  return printed;
}

describe('a service account', () => {
  it.each([{ name: 'Billing jobs' }, { name: 'Export', email: null, password: null }])(
    'is a user without an address: %o',
    async (payload) => {
      const answer = await add(payload);
      expect(answer.statusCode).toBe(201);
      expect(answer.json().user).toMatchObject({
        email: null,
        name: payload.name,
        is_active: true,
        has_password: false,
      });
    },
  );

  it('owns keys, which stop when it is deactivated and may move to it', async () => {
    const { id } = (await add({ name: 'CI' })).json().user;
    const made = await server.ask({
      method: 'POST',
      url: '/api/api-keys',
      payload: { name: 'deploy', user_id: id },
      cookie: server.ada.cookie,
    });
    expect(made.statusCode).toBe(201);
    const key = made.json().api_key;
    expect((await server.ask({ url: '/verify', key })).statusCode).toBe(204);
    await change(id, { is_active: false });
    expect((await server.ask({ url: '/verify', key })).statusCode).toBe(401);
  });

  it.each([
    [{}, 'body'],
    [{ email: null }, 'name'],
    [{ name: 'CI', password: 'a long and uncommon one' }, 'password'],
    [{ name: '' }, 'name'],
  ])('%o is refused by the name of the field', async (payload, field) => {
    const answer = await add(payload);
    expect(answer.statusCode).toBe(400);
    expect(answer.json().errors).toEqual([{ field, message: expect.any(String) }]);
  });

  it('gets no password later, because nobody signs in with it', async () => {
    const { id } = (await add({ name: 'No sign-in' })).json().user;
    const answer = await change(id, { password: 'a long and uncommon one' });
    expect(answer.statusCode).toBe(409);
  });

  it('is no administrator who could let others in: the last one with an address stays', async () => {
    const { id } = (await add({ name: 'Gateway', is_admin: true })).json().user;
    const me = await server.ask({ url: '/api/auth/me', cookie: server.ada.cookie });
    const answer = await change(me.json().user.id, { is_admin: false });
    expect(answer.statusCode).toBe(409);
    await change(id, { is_admin: false });
  });

  it('may be an administrator, and its key may then introspect', async () => {
    const { id } = (await add({ name: 'Resource server', is_admin: true })).json().user;
    const made = await server.ask({
      method: 'POST',
      url: '/api/api-keys',
      payload: { name: 'introspection', user_id: id, scopes: ['introspect'] },
      cookie: server.ada.cookie,
    });
    expect(made.statusCode).toBe(201);
    await change(id, { is_admin: false });
  });
});

describe('keystamp users add --service', () => {
  it('adds one, and says its id', async () => {
    const printed = await users('add', '--service', '--name', 'Nightly jobs');
    expect(printed).toMatch(/^added the service account Nightly jobs \(id [0-9a-f-]{36}\)\n$/);
    const json = JSON.parse(await users('add', '--service', '--name', 'Robots', '--json'));
    expect(json.user).toMatchObject({ email: null, name: 'Robots' });
  });

  it.each([
    [['add', '--service'], '--name: missing'],
    [['add', 'ada@example.net', '--service', '--name', 'x'], 'email: expected none'],
    [['add', '--name', 'x'], 'email: missing'],
  ])('%o is refused', async (args, message) => {
    await expect(users(...args)).rejects.toThrow(message);
  });
});
