import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CliGround, createCliGround } from '../support/cli-ground.js';

let cli: CliGround;

beforeAll(async () => {
  cli = await createCliGround();
});
afterAll(() => cli.drop());

interface Info {
  readonly id: string;
  readonly key_prefix: string;
  readonly [field: string]: unknown;
}

async function create(...args: string[]): Promise<{ api_key: string; info: Info }> {
  const all = ['create', '--user', 'e', '--name', 'e', '--json', ...args];
  return JSON.parse((await cli.run(all)).out);
}

async function edit(id: string, ...args: string[]): Promise<Info> {
  const { code, out, err } = await cli.run(['edit', id, '--json', ...args]);
  expect([code, err]).toEqual([0, expect.stringContaining('"audit":true')]);
  return JSON.parse(out).info;
}

async function infoOf(id: string): Promise<Info> {
  const { api_keys } = JSON.parse((await cli.run(['list', '--json'])).out);
  return api_keys.find((key: Info) => key.id === id);
}

describe('keystamp create', () => {
  it('takes a note and metadata', async () => {
    const { info } = await create(
      '--note',
      'runs at 3',
      '--metadata',
      'team=billing',
      'plan=a=b',
      'x=',
    );
    expect(info).toMatchObject({
      note: 'runs at 3',
      metadata: { team: 'billing', plan: 'a=b', x: '' },
    });
  });

  it.each([
    [['--metadata', 'team'], '--metadata: expected pairs like team=billing'],
    [['--metadata', '=billing'], '--metadata: expected pairs like team=billing'],
    [['--metadata', 'a=1', 'a=2'], '--metadata: expected each name once'],
    [['--metadata', 'a b=1'], '--metadata: expected a name of 1 to 40'],
    [['--metadata', `a=${'x'.repeat(201)}`], '--metadata: expected a text of at most 200'],
    [['--note', 'x'.repeat(501)], '--note: expected a text of at most 500'],
  ])('%j makes nothing', async (args, message) => {
    const before = (await cli.run(['list', '--json'])).out;
    const { code, out, err } = await cli.run(['create', '--user', 'e', '--name', 'e', ...args]);
    expect([code, out, err]).toEqual([2, '', expect.stringContaining(`keystamp: ${message}`)]);
    expect(JSON.parse((await cli.run(['list', '--json'])).out).api_keys).toEqual(
      JSON.parse(before).api_keys,
    );
  });
});

describe('keystamp edit', () => {
  it('changes what is given, and nothing else', async () => {
    const { info } = await create(
      '--note',
      'n',
      '--metadata',
      'a=1',
      '--scope',
      's',
      '--expires',
      '9d',
    );
    for (const [args, change] of [
      [['--name', 'renamed'], { name: 'renamed' }],
      [['--note', 'other'], { note: 'other' }],
      [['--metadata', 'b=2'], { metadata: { a: '1', b: '2' } }],
      [['--metadata', 'a=3', '--remove-metadata', 'b'], { metadata: { a: '3' } }],
      [['--remove-metadata', 'a', 'b'], { metadata: {} }],
      [['--scope', 's,t', 'u'], { scopes: ['s', 't', 'u'] }],
      [['--no-expiry'], { expires_at: null }],
      [['--no-note'], { note: null }],
      [['--user', 'other'], { user_id: 'other' }],
      [
        ['--expires', '2031-01-31'],
        { expires_at: new Date(2031, 0, 31, 23, 59, 59, 999).toISOString() },
      ],
    ] as const) {
      const before = await infoOf(info.id);
      expect(await edit(info.id, ...args)).toEqual({ ...before, ...change });
      expect(await infoOf(info.id)).toEqual({ ...before, ...change });
    }
  });

  it('moves a key, which works on, and audits whose it was', async () => {
    await cli.run(['users', 'add', 'bob@example.com', '--no-password']);
    const { api_key, info } = await create();
    const { code, out, err } = await cli.run([
      'edit',
      info.key_prefix,
      '--user',
      'bob@example.com',
    ]);
    expect([code, out]).toEqual([0, `changed ${info.key_prefix} "e", now of bob@example.com\n`]);
    expect(JSON.parse(err)).toMatchObject({
      msg: 'API key moved',
      previousOwner: 'e',
      key: info.id,
    });
    expect(await cli.judge(api_key)).toBeNull();
  });

  it('warns where the new user is deactivated', async () => {
    await cli.run(['users', 'add', 'gone@example.com', '--no-password']);
    await cli.run(['users', 'deactivate', 'gone@example.com']);
    const { info } = await create();
    const { err } = await cli.run(['edit', info.id, '--user', 'gone@example.com']);
    expect(err).toContain('gone@example.com is deactivated: the key does nothing until');
  });

  it('gives a key with the scope introspect to administrators alone', async () => {
    const { info } = await create();
    const granted = await cli.run(['edit', info.id, '--scope', 'introspect']);
    expect([granted.code, granted.err]).toEqual([
      2,
      expect.stringContaining('--scope: expected introspect'),
    ]);
    const text = `update keystamp.api_keys set scopes = '{introspect}' where id = $1`;
    await cli.ground.database.query(text, [info.id]);
    const moved = await cli.run(['edit', info.id, '--user', 'somebody']);
    expect([moved.code, moved.err]).toEqual([1, expect.stringContaining('the new user is none')]);
    expect(await infoOf(info.id)).toMatchObject({ user_id: 'e' });
  });

  it('lets an expired key work again', async () => {
    const { api_key, info } = await create();
    await cli.ground.database.query(
      `update keystamp.api_keys set expires_at = '2020-01-01' where id = $1`,
      [info.id],
    );
    expect(await cli.judge(api_key)).toBe('expired');
    await edit(info.id, '--no-expiry');
    expect(await cli.judge(api_key)).toBeNull();
  });

  it('writes a note on a revoked key, and changes nothing else of it', async () => {
    const { info } = await create();
    await cli.run(['revoke', info.id]);
    expect(await edit(info.id, '--note', 'leaked')).toMatchObject({ note: 'leaked' });
    const { code, err } = await cli.run(['edit', info.id, '--name', 'x', '--note', 'y']);
    expect([code, err]).toEqual([1, 'keystamp: The key is revoked; it stays as it is.\n']);
    expect(await infoOf(info.id)).toMatchObject({ note: 'leaked', name: 'e' });
  });

  it('K1: repeats and stores no key that is given for something else', async () => {
    const { api_key, info } = await create();
    for (const args of [
      ['--user', api_key],
      ['--note', api_key],
      ['--metadata', `a=${api_key}`],
    ]) {
      const { code, out, err } = await cli.run(['edit', info.id, ...args]);
      expect([code, out]).toEqual([2, '']);
      expect(err).toBe(`keystamp: ${args[0]}: expected a text, not an API key\n`);
    }
    expect(await infoOf(info.id)).toEqual(info);
  });

  it.each([
    [[], 2, 'expected something to change, such as --name'],
    [['--expires', '9d', '--no-expiry'], 2, 'expected --expires or --no-expiry, not both'],
    [['--expires', 'soon'], 2, '--expires: expected a duration'],
    [['--metadata', 'x'], 2, '--metadata: expected pairs'],
    [['--name', ' '], 2, '--name: expected'],
    [['--user', 'nobody@example.com'], 1, 'no user has the address'],
    [['--scope', ','], 1, 'A scoped key is never made unscoped'],
  ])('%j changes nothing', async (args, code, message) => {
    const { info } = await create('--scope', 's');
    const result = await cli.run(['edit', info.id, ...args]);
    expect([result.code, result.out, result.err]).toEqual([
      code,
      '',
      expect.stringContaining(`keystamp: ${message}`),
    ]);
    expect(await infoOf(info.id)).toEqual(info);
  });
});
