import { createHash } from 'node:crypto';
import { rmSync, writeFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CliGround, createCliGround } from '../support/cli-ground.js';

let cli: CliGround;

beforeAll(async () => {
  cli = await createCliGround();
});
afterAll(() => cli.drop());

/** The keys alone: `as_of` differs with each list. */
const listed = async () => JSON.parse((await cli.run(['list', '--json'])).out).api_keys;

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
    const first = await cli.run(['import', '-'], { stdin });
    expect([first.code, first.out]).toEqual([0, 'imported 3, there already 0\n']);
    expect(await cli.judge('sk_live_of-another.shape')).toBeNull();
    expect(await cli.judge('expired one')).toBe('expired');
    const { api_keys } = JSON.parse((await cli.run(['list', '--user', 'i', '--json'])).out);
    const used = api_keys.find((key: { last_used_at: string }) =>
      key.last_used_at?.startsWith('2026-01'),
    );
    expect(used.last_used_at).toBe('2026-01-02T03:04:05.678Z');
    const again = await cli.run(['import', '-', '--json'], { stdin });
    expect(JSON.parse(again.out)).toEqual({ imported: 0, exists: 3 });
  });

  it("takes an administrator's key with the scope that administrators alone may have", async () => {
    await cli.run(['users', 'add', 'root@example.com', '--no-password', '--admin']);
    const { users } = JSON.parse((await cli.run(['users', 'list', '--json'])).out);
    const { id } = users.find(({ email }: { email: string }) => email === 'root@example.com');
    const stdin = line({
      key_hash: hashOf('of an admin'),
      user_id: id,
      scopes: ['introspect'],
      key_prefix: null,
    });
    const { out, err } = await cli.run(['import', '-'], { stdin });
    expect([out, err]).toEqual([expect.stringContaining('imported 1'), expect.anything()]);
  });

  it('reads a file of any line ends, the last one without', async () => {
    const file = join(tmpdir(), `keystamp-import-${process.pid}.jsonl`);
    const name = 'two\u2028lines, as JSON may hold them';
    const lines = ['a', 'b', 'c'].map((each) => line({ key_hash: hashOf(`file ${each}`), name }));
    writeFileSync(file, `${lines[0]}${lines[1]?.replace('\n', '\r\n')}${lines[2]?.trimEnd()}`);
    try {
      const { code, err } = await cli.run(['import', file]);
      // The name is what the core refuses: the line reached it whole.
      expect([code, err]).toEqual([1, expect.stringContaining('line 1: name: expected')]);
      writeFileSync(
        file,
        lines.join('').replaceAll('\u2028', ' ').replaceAll('\n', '\r\n').trimEnd(),
      );
      expect((await cli.run(['import', file])).out).toBe('imported 3, there already 0\n');
    } finally {
      rmSync(file);
    }
  });

  it.each([
    ['Latin-1', 'latin1', 'line 2: not UTF-8;'],
    ['UTF-16 with a mark', 'utf16le', 'line 1: not UTF-8 but UTF-16'],
  ] as const)('takes no file in %s, and stores nothing of it', async (_what, encoding, message) => {
    const [first, second] = ['Ann', 'Zoë'].map((name) =>
      line({ key_hash: hashOf(`${encoding} ${name}`), name }),
    );
    const mark = encoding === 'utf16le' ? '\ufeff' : '';
    const stdin = Buffer.from(`${mark}${first}${second}`, encoding);
    const { code, out, err } = await cli.run(['import', '-'], { stdin });
    expect([code, out]).toEqual([1, '']);
    expect(err).toContain(message);
    expect(err).toContain('0 keys before it are imported');
  });

  it('passes over a byte order mark', async () => {
    const stdin = `\ufeff${line({ key_hash: hashOf('marked'), name: 'Zoë' })}`;
    const { out } = await cli.run(['import', '-'], { stdin });
    expect(out).toBe('imported 1, there already 0\n');
  });

  it('audits as it goes: what is imported before a wrong line has its line in the log', async () => {
    const keys = Array.from({ length: 1001 }, (_, i) =>
      line({ user_id: 'many', key_hash: hashOf(`many ${i}`) }),
    );
    const stdin = `\n${keys.join('')}{}\n`;
    const { code, err } = await cli.run(['import', '-'], { stdin });
    expect([code, err]).toEqual([1, expect.stringContaining('1000 keys before it are imported')]);
    const audited = err.split('\n').filter((each) => each.includes('"audit":true'));
    expect(audited.map((each) => JSON.parse(each))).toEqual([
      expect.objectContaining({
        actor: userInfo().username,
        by: 'command line',
        imported: 1000,
        fromLine: 2,
        toLine: 1001,
        msg: 'API keys imported',
      }),
    ]);
    const again = await cli.run(['import', '-'], { stdin: keys.slice(0, 1000).join('') });
    expect(again.err).toBe('');
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
      'api_key: expected only key_hash',
    ],
    [
      'a secret as a field',
      line({ key_hash: hashOf('x'), 'secret-1': 'x' }),
      'a field: expected only key_hash',
    ],
    [
      'a prefix that is the key',
      line({ key_hash: hashOf('short secret'), key_prefix: 'short secret' }),
      'key_prefix: expected another text than the whole key',
    ],
    [
      'a use of the year 2090',
      line({ key_hash: hashOf('x'), last_used_at: '2090-01-01T00:00:00Z' }),
      'last_used_at: expected a time in the past',
    ],
    [
      'a creation of the year 2090',
      line({ key_hash: hashOf('x'), created_at: '2090-01-01T00:00:00Z' }),
      'created_at: expected a time in the past',
    ],
    [
      'scopes of null, which might mean all',
      line({ key_hash: hashOf('x'), scopes: null }),
      'scopes: expected a list of at most 50 scopes; [] means whatever the user may do',
    ],
    [
      "an administrator's scope for a user who is none",
      line({ key_hash: hashOf('x'), scopes: ['orders:read', 'introspect'] }),
      'scopes: expected introspect in a key of an administrator alone',
    ],
  ])('names the line of %s, and repeats nothing of it', async (_name, bad, message) => {
    const before = await listed();
    const good = line({ key_hash: hashOf('never imported') });
    const { code, out, err } = await cli.run(['import', '-'], { stdin: good + bad });
    expect([code, out]).toEqual([1, '']);
    expect(err).toContain(`line 2: ${message}`);
    expect(err).not.toContain('secret');
    expect(await listed()).toEqual(before);
  });

  it('refuses a key pasted as a name, and does not repeat it (K1)', async () => {
    const { out: apiKey } = await cli.run(['create', '--user', 'i', '--name', 'x']);
    const stdin = line({ key_hash: hashOf('pasted'), name: apiKey.trim() });
    const { code, err } = await cli.run(['import', '-'], { stdin });
    expect([code, err]).toEqual([1, expect.stringContaining('line 1: name: expected a text')]);
    expect(err).not.toContain(apiKey.trim());
  });

  it('says which file it cannot read', async () => {
    const { code, err } = await cli.run(['import', '/nowhere/keys.jsonl']);
    expect([code, err]).toEqual([1, 'keystamp: /nowhere/keys.jsonl cannot be read: ENOENT\n']);
    const folder = await cli.run(['import', '/']);
    expect([folder.code, folder.err]).toEqual([1, 'keystamp: / cannot be read: EISDIR\n']);
  });
});
