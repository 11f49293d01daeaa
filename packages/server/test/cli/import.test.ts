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
    ['Latin-1', 'latin1', 'line 2: not UTF-8\n'],
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
    expect(await listed()).not.toContainEqual(expect.objectContaining({ name: 'Ann' }));
  });

  it('passes over a byte order mark', async () => {
    const stdin = `\ufeff${line({ key_hash: hashOf('marked'), name: 'Zoë' })}`;
    const { out } = await cli.run(['import', '-'], { stdin });
    expect(out).toBe('imported 1, there already 0\n');
  });

  it('imports all or nothing, with one line in the log', async () => {
    const keys = Array.from({ length: 1001 }, (_, i) =>
      line({ user_id: 'many', key_hash: hashOf(`many ${i}`) }),
    ).join('');
    const before = await listed();
    const wrong = await cli.run(['import', '-'], { stdin: `\n${keys}{}\n` });
    expect([wrong.code, wrong.err]).toEqual([
      1,
      expect.stringContaining('1 line is wrong: nothing was imported\n'),
    ]);
    expect(wrong.err).toContain('line 1003: key_hash: expected');
    expect(wrong.err).not.toContain('"audit":true');
    expect(await listed()).toEqual(before);

    const { out, err } = await cli.run(['import', '-'], { stdin: keys });
    expect(out).toBe('imported 1001, there already 0\n');
    const audited = err.split('\n').filter((each) => each.includes('"audit":true'));
    expect(audited.map((each) => JSON.parse(each))).toEqual([
      expect.objectContaining({
        actor: userInfo().username,
        by: 'command line',
        imported: 1001,
        msg: 'API keys imported',
      }),
    ]);
    const again = await cli.run(['import', '-'], { stdin: keys });
    expect([again.out, again.err]).toEqual(['imported 0, there already 1001\n', '']);
  });

  it('says all that is wrong at once, the first hundred with their lines', async () => {
    const good = line({ key_hash: hashOf('among wrong ones') });
    const bad = [
      line({ key_hash: hashOf('x'), name: '' }),
      'no JSON\n',
      line({ key_hash: hashOf('x'), expires_at: 'tomorrow' }),
    ];
    const stdin = `${good}${bad.join('')}${'{}\n'.repeat(200)}${good}`;
    const { code, out, err } = await cli.run(['import', '-'], { stdin });
    expect([code, out]).toEqual([1, '']);
    const lines = err.trimEnd().split('\n');
    expect(lines).toHaveLength(102);
    // Of a batch, what its own text says comes before what the whole of it says.
    expect(lines[0]).toBe('keystamp: line 3: expected a JSON object');
    expect(lines).toContainEqual(expect.stringContaining('line 4: expires_at: expected'));
    expect(lines.slice(-2)).toEqual([
      'and 103 more lines',
      '203 lines are wrong: nothing was imported',
    ]);
    expect(await cli.judge('among wrong ones')).not.toBeNull();
  });

  it('--dry-run checks all of it, and stores nothing', async () => {
    const before = await listed();
    const stdin = line({ key_hash: hashOf('dry'), user_id: 'nobody else' });
    const { code, out, err } = await cli.run(['import', '--dry-run', '-'], { stdin });
    expect([code, out, err]).toEqual([0, 'would import 1, there already 0\n', '']);
    expect(await listed()).toEqual(before);
    expect((await cli.run(['users', 'list', '--json'])).out).not.toContain('nobody else');
    const wrong = await cli.run(['import', '--dry-run', '-'], { stdin: '{}\n' });
    expect([wrong.code, wrong.err]).toEqual([1, expect.stringContaining('line 1: key_hash')]);
  });

  it('shows at a terminal how far it is', async () => {
    const file = join(tmpdir(), `keystamp-import-${process.pid}.jsonl`);
    const lines = Array.from({ length: 2_000 }, (_, n) => line({ key_hash: hashOf(`bar ${n}`) }));
    writeFileSync(file, lines.join(''));
    const args = ['import', '--dry-run', file];
    const { code, err } = await cli.run(args, { errIsTerminal: true });
    rmSync(file);
    expect([code, err]).toEqual([0, expect.stringMatching(/Checking lines +█+ 100 % {2}2,000/)]);
  });

  it('takes keys of every status, with note and metadata', async () => {
    const of = (text: string, more: object) =>
      line({ key_hash: hashOf(text), user_id: 'all', ...more });
    const stdin = [
      of('a revoked one', { revoked_at: '2025-03-01T00:00:00Z', note: 'why' }),
      of('a disabled one', { disabled_at: '2025-03-01T00:00:00Z', metadata: { team: 'x' } }),
      of('an old one', { expires_at: '2025-03-01T00:00:00Z' }),
    ].join('');
    expect((await cli.run(['import', '-'], { stdin })).out).toMatch(/^imported 3/);
    expect(await cli.judge('a revoked one')).toBe('revoked');
    expect(await cli.judge('a disabled one')).toBe('disabled');
    expect(await cli.judge('an old one')).toBe('expired');
    const { api_keys } = JSON.parse((await cli.run(['list', '--user', 'all', '--json'])).out);
    const facts = api_keys.map((key: Record<string, unknown>) => [key['note'], key['metadata']]);
    expect(facts).toContainEqual(['why', {}]);
    expect(facts).toContainEqual([null, { team: 'x' }]);
  });

  it('takes a hash in hexadecimal digits, base64 and base64url', async () => {
    const bytes = (text: string) => createHash('sha256').update(text).digest();
    const forms: [string, string][] = [
      ['form hex', bytes('form hex').toString('hex')],
      ['form bytea', `\\x${bytes('form bytea').toString('hex')}`],
      ['form base64', bytes('form base64').toString('base64')],
      ['form base64url', bytes('form base64url').toString('base64url')],
    ];
    const stdin = forms.map(([, key_hash]) => line({ key_hash })).join('');
    expect((await cli.run(['import', '-'], { stdin })).out).toMatch(/^imported 4/);
    for (const [text] of forms) expect(await cli.judge(text)).toBeNull();
  });

  it('--plain hashes the keys here, from standard input alone (K1)', async () => {
    const text = 'acme_live_0123456789abcdefghijklmnop';
    const stdin = line({ api_key: text, user_id: 'plain', name: 'in clear' });
    const { out, err } = await cli.run(['import', '--plain', '-'], { stdin });
    expect([out, err]).toEqual([
      'imported 1, there already 0\n',
      expect.not.stringContaining(text),
    ]);
    expect(await cli.judge(text)).toBeNull();
    const listed = (await cli.run(['list', '--user', 'plain', '--json'])).out;
    expect(listed).not.toContain(text);
    expect(JSON.parse(listed).api_keys[0].key_prefix).toBe('acme_liv');

    const file = await cli.run(['import', '--plain', 'keys.jsonl']);
    expect([file.code, file.err]).toEqual([2, expect.stringContaining('standard input only')]);
    const hashed = await cli.run(['import', '-'], { stdin });
    expect([hashed.code, hashed.err]).toEqual([1, expect.stringContaining('--plain')]);
    expect(hashed.err).not.toContain(text);
  });

  describe('of CSV', () => {
    const csv = (...lines: string[]) => ({ stdin: lines.map((each) => `${each}\r\n`).join('') });

    it('reads the columns by their names', async () => {
      const { out, err } = await cli.run(
        ['import', '-'],
        csv(
          'name,key_hash,user_id,scopes,last_used_at,metadata.team,note',
          `"a ""quoted"", name",${hashOf('csv 1')},csv,orders:read orders:write,2026-01-02 03:04:05.678+00,x,"two`,
          'lines"',
          `plain,${hashOf('csv 2')},csv,,,,`,
        ),
      );
      expect([out, err]).toEqual(['imported 2, there already 0\n', expect.anything()]);
      const { api_keys } = JSON.parse((await cli.run(['list', '--user', 'csv', '--json'])).out);
      expect(api_keys).toEqual([
        expect.objectContaining({
          name: 'a "quoted", name',
          scopes: ['orders:read', 'orders:write'],
          last_used_at: '2026-01-02T03:04:05.678Z',
          metadata: { team: 'x' },
          note: 'two\nlines',
        }),
        expect.objectContaining({ name: 'plain', scopes: [], last_used_at: null, metadata: {} }),
      ]);
    });

    it.each([';', '\t'])('reads a file with %j between the cells', async (separator) => {
      const row = (...cells: string[]) => cells.join(separator);
      const { out } = await cli.run(
        ['import', '-'],
        csv(row('key_hash', 'user_id', 'name'), row(hashOf(`by ${separator}`), 'csv', 'x, y')),
      );
      expect(out).toMatch(/^imported 1/);
    });

    it.each([
      ['a column that is none', ['key_hash,user_id,name,owner'], 'line 1: owner: expected only'],
      ['a column twice', ['key_hash,user_id,name,name'], 'line 1: name: expected once'],
      ['no column of hashes', ['user_id,name'], 'line 1: expected the column key_hash'],
      ['too few cells', ['key_hash,user_id,name', 'a,b'], 'line 2: expected 3 cells'],
      ['a quote in a cell', ['key_hash,user_id,name', 'a,b"c"d,e'], 'line 2: expected cells'],
      ['an open quote', ['key_hash,user_id,name', 'a,b,"c', 'd'], 'line 2: a " opens a cell'],
      [
        'a time without its zone',
        ['key_hash,user_id,name,expires_at', `${hashOf('x')},u,n,2030-01-01 00:00:00`],
        'line 2: expires_at: expected a time with its zone',
      ],
    ])('names %s', async (_name, lines, message) => {
      const { code, err } = await cli.run(['import', '-'], csv(...lines));
      expect([code, err]).toEqual([1, expect.stringContaining(message)]);
    });
  });
});
