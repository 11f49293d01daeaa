import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CliGround, createCliGround } from '../support/cli-ground.js';

const KEY = /^ks_[0-9A-Za-z]{49}\n$/;

let cli: CliGround;

beforeAll(async () => {
  cli = await createCliGround();
});
afterAll(() => cli.drop());

describe('keystamp create', () => {
  it('prints the key alone, and a note and the audit line beside it', async () => {
    const args = [
      'create',
      '--user',
      '7',
      '--name',
      ' orders ',
      '--scope',
      'a:b',
      'c',
      '--expires',
      '90d',
    ];
    const { code, out, err } = await cli.run(args);
    expect([code, out]).toEqual([0, expect.stringMatching(KEY)]);
    expect(err).toContain('shown this once');
    expect(err).not.toContain(out.trim());
    const line = err.split('\n').find((each) => each.startsWith('{'));
    expect(JSON.parse(line as string)).toMatchObject({
      audit: true,
      by: 'command line',
      owner: '7',
      keyPrefix: out.slice(0, 9),
      msg: 'API key created',
    });
    expect(await cli.judge(out.trim())).toBeNull();
  });

  it('leaves the audit line out at a terminal, unless the log is asked for', async () => {
    const args = ['create', '--user', '7', '--name', 'calm'];
    const calm = await cli.run(args, { errIsTerminal: true });
    expect(calm).toEqual({
      code: 0,
      out: expect.stringMatching(KEY),
      err: expect.stringMatching(/^Database: .+\nThe key is shown this once:\n$/),
    });
    const env = { KEYSTAMP_LOG_LEVEL: 'info' };
    const asked = await cli.run(args, { errIsTerminal: true, env });
    expect(asked.out).toMatch(KEY);
    expect(asked.err).toContain('"msg":"API key created"');
  });

  it('prints what HTTP would, as JSON', async () => {
    const args = ['create', '--user', '7', '--name', 'json', '--expires', '2031-01-31', '--json'];
    const { api_key, info } = JSON.parse((await cli.run(args)).out);
    expect(`${api_key}\n`).toMatch(KEY);
    expect(info).toMatchObject({
      user_id: '7',
      name: 'json',
      expires_at: new Date(2031, 0, 31, 23, 59, 59, 999).toISOString(),
      last_used_at: null,
    });
  });

  it('takes a day to its end, and says the moment', async () => {
    const args = ['create', '--user', '7', '--name', 'x', '--expires', '2031-01-31'];
    const { err } = await cli.run(args);
    const end = new Date(2031, 0, 31, 23, 59, 59, 999).toISOString();
    expect(err).toContain(`It works until ${end}\n`);
  });

  it('parts scopes at commas, as the page does', async () => {
    const args = ['create', '--user', '7', '--name', 'x', '--json', '--scope', 'a,b', 'c,', '--'];
    expect(JSON.parse((await cli.run(args)).out).info.scopes).toEqual(['a', 'b', 'c']);
  });

  it('makes as many keys of a user as KEYSTAMP_MAX_KEYS_PER_USER says, and no more', async () => {
    const args = ['create', '--user', 'few', '--name', 'x'];
    const env = { KEYSTAMP_MAX_KEYS_PER_USER: '1' };
    expect((await cli.run(args, { env })).code).toBe(0);
    const { code, out, err } = await cli.run(args, { env });
    expect([code, out]).toEqual([1, '']);
    expect(err).toContain('keystamp: The user has 1 keys');
    expect((await cli.run(args)).code).toBe(0);
  });

  it('warns where the user is deactivated', async () => {
    const name = 'gone@example.com';
    await cli.run(['users', 'add', name, '--no-password']);
    await cli.run(['users', 'deactivate', name]);
    const { code, out, err } = await cli.run(['create', '--user', name, '--name', 'x']);
    expect([code, out]).toEqual([0, expect.stringMatching(KEY)]);
    expect(err).toContain(`${name} is deactivated: the key does nothing until`);
  });

  const listed = async () => JSON.parse((await cli.run(['list', '--json'])).out).api_keys;

  it('makes no key of the name of an option, where a variable of the shell was empty', async () => {
    const before = await listed();
    for (const args of [
      ['--name', '--json'],
      ['--name', '--scope', 'orders:read'],
      ['--name', 'x', '--scope', '--expires', '90d'],
    ]) {
      const { code, out, err } = await cli.run(['create', '--user', 'u1', ...args]);
      expect([code, out, err]).toEqual([2, '', expect.stringContaining('has no value')]);
    }
    expect(await listed()).toEqual(before);
    const meant = await cli.run(['create', '--user', 'u1', '--name=--json', '--json']);
    expect(JSON.parse(meant.out).info.name).toBe('--json');
    const dashed = await cli.run(['create', '--user', 'u1', '--name', '- of a list', '--json']);
    expect(JSON.parse(dashed.out).info.name).toBe('- of a list');
  });

  it('knows users by their address', async () => {
    const stdin = 'correct horse battery\n';
    const added = await cli.run(['users', 'add', 'ada@example.com', '--json'], { stdin });
    const { user } = JSON.parse(added.out);
    const args = ['create', '--user', 'Ada@Example.com', '--name', 'x', '--json'];
    expect(JSON.parse((await cli.run(args)).out).info.user_id).toBe(user.id);
  });

  it.each([
    [['--user', '7'], 2, "required option '--name <text>'"],
    [['--name', 'x'], 2, "required option '--user <id>'"],
    [['--user', '7', '--name', ' '], 2, '--name: expected'],
    [
      ['--user', '7', '--name', 'x', '--scope', 'a"b'],
      2,
      '--scope: expected a scope like orders:read: 1 to 100 ASCII letters, digits and signs, without space, " and \\\n',
    ],
    [['--user', '7', '--name', 'x', '--scope', 'introspect'], 2, '--scope: expected introspect in'],
    [['--user', '7', '--name', 'x', '--expires', 'soon'], 2, '--expires: expected'],
    [
      ['--user', '7', '--name', 'x', '--expires', '2020-01-01'],
      2,
      '--expires: expected a time in the future (and before the year 10000)\n',
    ],
    [
      ['--user', '7', '--name', 'x', '--expires', '2031-02-30'],
      2,
      '--expires: expected a duration',
    ],
    [
      ['--user', '7', '--name', 'x', '--expires', '2031-13-01'],
      2,
      '--expires: expected a duration',
    ],
    [['--user', 'nobody@example.com', '--name', 'x'], 1, 'no user has the address'],
    [['--user', '7', '--name', 'x', 'ks_secret'], 2, 'too many arguments'],
    [['--user', '7', '--name', 'x', '--colour', 'red'], 2, 'unknown option'],
  ])('%j makes nothing', async (args, code, message) => {
    const before = await listed();
    const result = await cli.run(['create', ...args]);
    expect([result.code, result.out]).toEqual([code, '']);
    expect(result.err).toContain(message);
    expect(await listed()).toEqual(before);
  });
});
