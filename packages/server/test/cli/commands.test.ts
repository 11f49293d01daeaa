import { createHash } from 'node:crypto';
import { createKeystamp } from 'keystamp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../core/test/support/test-database.js';
import { type CliSurroundings, keystamp } from '../support/cli.js';

const KEY = /^ks_[0-9A-Za-z]{49}\n$/;

let ground: TestDatabase;

beforeAll(async () => {
  ground = await createTestDatabase({ migrated: false });
});
afterAll(() => ground.drop());

function run(args: string[], more: Partial<CliSurroundings> = {}) {
  return keystamp(args, { open: () => ground.open(), ...more });
}

/** The reason why a key is refused; null: it may act. */
async function judge(apiKey: string): Promise<string | null> {
  const instance = await createKeystamp({ database: ground.database });
  const validation = await instance.validateUserApiKey(apiKey);
  await instance.close();
  return validation.valid ? null : validation.reason;
}

describe('a database without a schema', () => {
  it('is refused by every command but migrate, which it names', async () => {
    const { code, err } = await run(['list']);
    expect([code, err]).toEqual([1, expect.stringContaining('run "keystamp migrate up"')]);
  });
});

describe('keystamp migrate', () => {
  it('shows, applies, takes back and applies again; keys stay', async () => {
    const before = await run(['migrate', 'status']);
    expect(before.out).toMatch(/^MIGRATION +APPLIED\n000001_users_and_api_keys +—\n/);
    const up = await run(['migrate', 'up']);
    expect([up.code, up.out]).toEqual([
      0,
      expect.stringContaining('applied 000002_last_used_at\n'),
    ]);
    expect((await run(['migrate', 'up'])).out).toBe('Nothing to do.\n');
    const { api_key } = JSON.parse(
      (await run(['create', '--user', '42', '--name', 'kept', '--json'])).out,
    );
    const down = await run(['migrate', 'down', '--to', '000001', '--json']);
    expect(JSON.parse(down.out).migrations.at(-1)).toBe('000002_last_used_at');
    const status = JSON.parse((await run(['migrate', 'status', '--json'])).out);
    expect(status[0]).toEqual({
      name: '000001_users_and_api_keys',
      applied_at: expect.stringMatching(/^\d{4}-.*Z$/),
      known: true,
    });
    expect(status[1].applied_at).toBeNull();
    expect((await run(['migrate', 'up'])).code).toBe(0);
    expect(await judge(api_key)).toBeNull();
  });

  it.each([
    [['migrate', 'down', '--count', 'x'], 'expected a whole number'],
    [['migrate', 'up', '--to', '999999'], 'to'],
    [['migrate', 'sideways'], 'unknown command'],
  ])('%j is a wrong command line', async (args, message) => {
    const { code, err } = await run(args);
    expect([code, err]).toEqual([2, expect.stringContaining(message)]);
  });
});

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
    const { code, out, err } = await run(args);
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
    expect(await judge(out.trim())).toBeNull();
  });

  it('prints what HTTP would, as JSON', async () => {
    const args = ['create', '--user', '7', '--name', 'json', '--expires', '2031-01-31', '--json'];
    const { api_key, info } = JSON.parse((await run(args)).out);
    expect(`${api_key}\n`).toMatch(KEY);
    expect(info).toMatchObject({
      user_id: '7',
      name: 'json',
      expires_at: '2031-01-31T00:00:00.000Z',
      last_used_at: null,
    });
  });

  it('knows users by their address', async () => {
    const stdin = 'correct horse battery\n';
    const added = await run(['users', 'add', 'ada@example.com', '--json'], { stdin });
    const { user } = JSON.parse(added.out);
    const args = ['create', '--user', 'Ada@Example.com', '--name', 'x', '--json'];
    expect(JSON.parse((await run(args)).out).info.user_id).toBe(user.id);
  });

  it.each([
    [['--user', '7'], 2, "required option '--name <text>'"],
    [['--name', 'x'], 2, "required option '--user <id>'"],
    [['--user', '7', '--name', ' '], 2, 'name: expected'],
    [['--user', '7', '--name', 'x', '--scope', 'a b'], 2, 'scopes[0]: expected'],
    [['--user', '7', '--name', 'x', '--expires', 'soon'], 2, '--expires: expected'],
    [['--user', '7', '--name', 'x', '--expires', '2020-01-01'], 2, 'expires_at: expected'],
    [['--user', 'nobody@example.com', '--name', 'x'], 1, 'no user has the address'],
    [['--user', '7', '--name', 'x', 'ks_secret'], 2, 'too many arguments'],
    [['--user', '7', '--name', 'x', '--colour', 'red'], 2, 'unknown option'],
  ])('%j makes nothing', async (args, code, message) => {
    const before = (await run(['list', '--json'])).out;
    const result = await run(['create', ...args]);
    expect([result.code, result.out]).toEqual([code, '']);
    expect(result.err).toContain(message);
    expect((await run(['list', '--json'])).out).toBe(before);
  });
});

describe('keystamp list', () => {
  it('shows a table with the last use as a person says it', async () => {
    const created = await run(['create', '--user', 'lister', '--name', 'export', '--json']);
    const { api_key, info } = JSON.parse(created.out);
    const now = new Date(Date.parse(info.created_at) + 9_000_000);
    const fresh = await run(['list', '--user', 'lister'], { now });
    const date = dayOf(info.created_at);
    expect(fresh.out).toBe(
      [
        'NAME    PREFIX     USER    STATUS  CREATED       LAST USED  EXPIRES  ID'.replace(
          'CREATED     ',
          'CREATED'.padEnd(date.length),
        ),
        `export  ${info.key_prefix}  lister  active  ${date}  —          never    ${info.id}`,
        '',
      ].join('\n'),
    );
    await judge(api_key);
    const used = await run(['list', '--user', 'lister'], { now });
    expect(used.out).toContain('  2 hours ago  ');
  });

  it('G10: says since when no use is recorded, of a key older than the tracking', async () => {
    const { info } = JSON.parse(
      (await run(['create', '--user', 'old', '--name', 'x', '--json'])).out,
    );
    await ground.database.query(
      `update keystamp.api_keys set created_at = '2020-01-01' where id = $1`,
      [info.id],
    );
    const listed = await run(['list', '--user', 'old']);
    expect(listed.out).toMatch(/no use recorded since \w{3} \d+, \d{4}/);
  });

  it('filters, sorts, limits and says that there are more', async () => {
    for (const name of ['beta', 'alpha', 'gamma'])
      await run(['create', '--user', 'sorter', '--name', name]);
    const list = (...args: string[]) => run(['list', '--user', 'sorter', '--json', ...args]);
    const names = async (...args: string[]) =>
      JSON.parse((await list(...args)).out).api_keys.map(({ name }: { name: string }) => name);
    expect(await names('--sort', 'name')).toEqual(['alpha', 'beta', 'gamma']);
    expect(await names('--sort', 'name', '--order', 'desc')).toEqual(['gamma', 'beta', 'alpha']);
    expect(await names('--search', 'BETA')).toEqual(['beta']);
    expect(await names('--status', 'revoked')).toEqual([]);
    expect(await names('--unused-for', 'never')).toHaveLength(3);
    expect(await names('--unused-for', '30d')).toEqual([]);
    const two = await list('--limit', '2', '--sort', 'name');
    expect(JSON.parse(two.out).api_keys).toHaveLength(2);
    expect(two.err).toContain('more than 2');
  });

  it('keeps what came from elsewhere from steering the terminal', async () => {
    const { info } = JSON.parse(
      (await run(['create', '--user', 'evil', '--name', 'x', '--json'])).out,
    );
    await ground.database.query('update keystamp.api_keys set name = $2 where id = $1', [
      info.id,
      'a\u001b[2Jb\u202e',
    ]);
    const { out } = await run(['list', '--user', 'evil']);
    expect(out).toContain('a\ufffd[2Jb\ufffd');
    expect(out.includes('\u001b') || out.includes('\u202e')).toBe(false);
  });

  it.each([
    [['--status', 'dead'], 'Allowed choices are active, expired, revoked, user_inactive'],
    [['--sort', 'hash'], 'Allowed choices'],
    [['--unused-for', '90'], '--unused-for: expected'],
    [['--limit', '0'], '--limit: expected'],
    [['extra'], 'too many arguments'],
  ])('%j is a wrong command line', async (args, message) => {
    const { code, err } = await run(['list', ...args]);
    expect([code, err]).toEqual([2, expect.stringContaining(message)]);
  });
});

describe('keystamp revoke and rotate', () => {
  async function create(): Promise<{ api_key: string; info: { id: string; key_prefix: string } }> {
    return JSON.parse((await run(['create', '--user', 'r', '--name', 'r', '--json'])).out);
  }

  it('revokes several, and fails where one is missing, after the others', async () => {
    const [one, two] = [await create(), await create()];
    const missing = '00000000-0000-4000-8000-000000000000';
    const { code, out, err } = await run(['revoke', one.info.id, missing, two.info.id]);
    expect(code).toBe(1);
    expect(err).toContain(`there is no key ${missing}`);
    expect(out).toBe(
      [one, two].map(({ info }) => `revoked ${info.key_prefix} "r" (no use recorded)\n`).join(''),
    );
    expect([await judge(one.api_key), await judge(two.api_key)]).toEqual(['revoked', 'revoked']);
  });

  it('rotates, with and without grace', async () => {
    const [one, two] = [await create(), await create()];
    const cut = await run(['rotate', one.info.id]);
    expect(cut.out).toMatch(KEY);
    expect([await judge(one.api_key), await judge(cut.out.trim())]).toEqual(['expired', null]);
    const kept = await run(['rotate', two.info.id, '--grace', '12h', '--json']);
    const successor = JSON.parse(kept.out).api_key;
    expect([await judge(two.api_key), await judge(successor)]).toEqual([null, null]);
  });

  it.each([
    [['revoke'], 2, 'missing required argument'],
    [['revoke', 'x'], 2, 'id: expected a UUID'],
    [['rotate', '00000000-0000-4000-8000-000000000000'], 1, 'there is no key'],
    [['rotate', '00000000-0000-4000-8000-000000000000', '--grace', '1'], 2, '--grace: expected'],
    [
      ['rotate', '00000000-0000-4000-8000-000000000000', '--grace', '31d'],
      2,
      'grace_seconds: expected',
    ],
  ])('%j fails', async (args, code, message) => {
    const result = await run(args);
    expect([result.code, result.err]).toEqual([code, expect.stringContaining(message)]);
  });
});

describe('keystamp import', () => {
  const hashOf = (text: string) => createHash('sha256').update(text).digest('hex');
  const line = (fields: object) =>
    `${JSON.stringify({ user_id: 'i', name: 'imported', ...fields })}\n`;

  it('takes keys over by their hashes; they go on working, and show their last use', async () => {
    const stdin = [
      line({ key_hash: hashOf('sk_live_of-another.shape'), scopes: ['a'], key_prefix: 'sk_live' }),
      '\n',
      line({ key_hash: hashOf('expired one'), expires_at: '2020-01-01T00:00:00Z' }),
      line({
        key_hash: hashOf('used one').toUpperCase(),
        last_used_at: '2026-01-02T03:04:05.678Z',
      }),
    ].join('');
    const first = await run(['import', '-'], { stdin });
    expect([first.code, first.out]).toEqual([0, 'imported 3, there already 0\n']);
    expect(await judge('sk_live_of-another.shape')).toBeNull();
    expect(await judge('expired one')).toBe('expired');
    const { api_keys } = JSON.parse((await run(['list', '--user', 'i', '--json'])).out);
    const used = api_keys.find((key: { last_used_at: string }) =>
      key.last_used_at?.startsWith('2026-01'),
    );
    expect(used.last_used_at).toBe('2026-01-02T03:04:05.678Z');
    const again = await run(['import', '-', '--json'], { stdin });
    expect(JSON.parse(again.out)).toEqual({ imported: 0, exists: 3 });
  });

  it.each([
    ['no JSON', 'secret text\n', 'expected a JSON object'],
    ['a list', '[]\n', 'expected a JSON object'],
    ['a key in place of its hash', line({ key_hash: 'sk_live_secret' }), 'key_hash: expected'],
    ['no hash', line({}), 'key_hash: expected'],
    ['no user', line({ key_hash: hashOf('x'), user_id: undefined }), 'user_id: expected'],
    ['a bad name', line({ key_hash: hashOf('x'), name: '' }), 'name: expected'],
    ['bad scopes', line({ key_hash: hashOf('x'), scopes: ['a b'] }), 'scopes[0]: expected'],
    [
      'a day as a time',
      line({ key_hash: hashOf('x'), expires_at: '2030-01-01' }),
      'expires_at: expected',
    ],
    [
      'a prefix as long as a key',
      line({ key_hash: hashOf('x'), key_prefix: 'k'.repeat(17) }),
      'key_prefix: expected',
    ],
    [
      'an unknown field',
      line({ key_hash: hashOf('x'), api_key: 'secret' }),
      'expected only key_hash',
    ],
  ])('names the line of %s, and repeats nothing of it', async (_name, bad, message) => {
    const before = (await run(['list', '--json'])).out;
    const good = line({ key_hash: hashOf('never imported') });
    const { code, out, err } = await run(['import', '-'], { stdin: good + bad });
    expect([code, out]).toEqual([1, '']);
    expect(err).toContain(`line 2: ${message}`);
    expect(err).not.toContain('secret');
    expect((await run(['list', '--json'])).out).toBe(before);
  });

  it('says which file it cannot read', async () => {
    const { code, err } = await run(['import', '/nowhere/keys.jsonl']);
    expect([code, err]).toEqual([1, 'keystamp: /nowhere/keys.jsonl cannot be read: ENOENT\n']);
  });
});

describe('the command line', () => {
  it.each([[['--help']], [['create', '--help']], [['users', 'add', '--help']]])(
    '%j is no error',
    async (args) => {
      const { code, out, err } = await run(args);
      expect([code, err]).toEqual([0, '']);
      expect(out).toMatch(/^Usage: keystamp/);
    },
  );

  it.each(['migrate', 'create', 'list', 'revoke', 'rotate', 'import', 'serve'])(
    'keystamp %s --help gives an example',
    async (command) => {
      expect((await run([command, '--help'])).out).toMatch(/Examples?:\n {2}\$ /);
    },
  );
});

function dayOf(time: string): string {
  return new Intl.DateTimeFormat('en', { dateStyle: 'medium' }).format(new Date(time));
}
