import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createCliGround } from '../support/cli-ground.js';
import { fillDatabase } from '../support/full-database.js';

type Line = Record<string, unknown>;

const linesOf = (out: string): Line[] =>
  out
    .trimEnd()
    .split('\n')
    .map((text) => JSON.parse(text));

/** Without what must differ: when it was made, and the event of each key that the import adds. */
function comparable(out: string, importedAfter = '9999'): string[] {
  const [header = '', ...rest] = out.trimEnd().split('\n');
  const isOfImport = (text: string) => {
    const { type, kind, actor, at } = JSON.parse(text) as { [name: string]: unknown } & {
      actor?: { kind: string } | null;
    };
    const isImport = type === 'event' && kind === 'imported' && actor?.kind === 'cli';
    return isImport && String(at) > importedAfter;
  };
  return [header.replace(/"made_at":"[^"]+",/, ''), ...rest.slice(0, -1)].filter(
    (text, i) => i === 0 || !isOfImport(text),
  );
}

describe('keystamp export', () => {
  it('K11 what it writes, import takes back whole, and a second export is the same', async () => {
    const [from, to] = await Promise.all([createCliGround(), createCliGround()]);
    const verdicts = await fillDatabase(await from.ground.open());
    const first = await from.run(['export', '--with-users']);
    expect([first.code, first.err]).toEqual([0, expect.stringContaining('API keys exported')]);

    const imported = await to.run(['import', '--no-gap', '-'], { stdin: first.out });
    expect([imported.code, imported.out]).toEqual([
      0,
      expect.stringMatching(/^imported 7, there already 0; with them 4 users, 1 accounts/),
    ]);
    const second = await to.run(['export', '--with-users']);
    const madeAt = String(linesOf(first.out)[0]?.['made_at']);
    expect(comparable(second.out, madeAt)).toEqual(comparable(first.out));
    for (const [apiKey, verdict] of Object.entries(verdicts)) {
      expect(await to.judge(apiKey)).toBe(verdict);
    }

    const again = await to.run(['import', '--no-gap', '-'], { stdin: first.out });
    expect(again.out).toMatch(/^imported 0, there already 7; with them 0 users, 0 .* 0 events/);
    await Promise.all([from.drop(), to.drop()]);
  });

  it('has password hashes and accounts of providers only where they are asked for, and never a key', async () => {
    const cli = await createCliGround();
    const verdicts = await fillDatabase(await cli.ground.open());
    const { out } = await cli.run(['export']);
    expect(out).not.toContain('argon2id');
    expect(out).not.toContain('subject-of-root');
    expect(out).toContain('root@example.com');
    const csv = await cli.run(['export', '--format', 'csv']);
    for (const apiKey of Object.keys(verdicts)) {
      expect(out).not.toContain(apiKey);
      expect(csv.out).not.toContain(apiKey);
    }
    expect(csv.out).not.toMatch(/[0-9a-f]{64}/);
    await cli.drop();
  });

  it('K7 import says in the history of each key that it was imported, after what was before', async () => {
    const [from, to] = await Promise.all([createCliGround(), createCliGround()]);
    await from.run(['create', '--user', 'ada', '--name', 'CI']);
    await to.run(['import', '-'], { stdin: (await from.run(['export'])).out });
    const { events } = JSON.parse((await to.run(['events', '--json'])).out);
    const facts = events.map((event: Line) => [event['kind'], (event['actor'] as Line)['kind']]);
    expect(facts).toEqual([
      ['imported', 'cli'],
      ['created', 'cli'],
    ]);
    await Promise.all([from.drop(), to.drop()]);
  });

  it('G10 uses between an export and its import are missing, unless its server was stopped', async () => {
    const [from, to, still] = await Promise.all([1, 2, 3].map(() => createCliGround()));
    await from?.run(['create', '--user', 'ada', '--name', 'CI']);
    const { out: stdin } = (await from?.run(['export'])) ?? { out: '' };
    const [header] = linesOf(stdin);
    await to?.run(['import', '-'], { stdin });
    const booked = JSON.parse((await to?.run(['list', '--json']))?.out ?? '');
    expect(booked.restored_at).not.toBeNull();
    await still?.run(['import', '--no-gap', '-'], { stdin });
    const list = JSON.parse((await still?.run(['list', '--json']))?.out ?? '');
    expect(list.restored_at).toBeNull();
    expect(list.tracking_since).toBe(new Date(String(header?.['tracking_since'])).toISOString());
    await Promise.all([from, to, still].map((each) => each?.drop()));
  });

  const edit = (out: string, change: (lines: string[]) => string[]) =>
    `${change(out.trimEnd().split('\n')).join('\n')}\n`;

  it.each([
    ['cut short', (lines: string[]) => lines.slice(0, -1), 'its last line is missing'],
    [
      'without one of its lines',
      (lines: string[]) => [...lines.slice(0, -2), lines.at(-1) ?? ''],
      'it is not whole',
    ],
    [
      'of a newer version',
      (lines: string[]) => [
        (lines[0] ?? '').replace('"version":1', '"version":2'),
        ...lines.slice(1),
      ],
      'line 1: version: expected 1 and not 2',
    ],
    [
      'with a key of a user who is not there',
      (lines: string[]) =>
        lines.map((line) => line.replace(/^(\{"type":"key".*"user_id":)"ada"/, '$1"eve"')),
      'user_id: expected a user of this file',
    ],
    [
      'with a wrong hash',
      (lines: string[]) => lines.map((line) => line.replace(/"key_hash":"\w+"/, '"key_hash":"x"')),
      'key_hash: expected 64 hexadecimal digits',
    ],
    ['with text after it', (lines: string[]) => [...lines, '{}'], 'expected nothing after'],
  ])('is refused whole where it is %s', async (_name, change, message) => {
    const [from, to] = await Promise.all([createCliGround(), createCliGround()]);
    await from.run(['create', '--user', 'ada', '--name', 'CI']);
    const stdin = edit((await from.run(['export'])).out, change);
    const { code, err } = await to.run(['import', '-'], { stdin });
    expect([code, err]).toEqual([1, expect.stringContaining(message)]);
    expect(JSON.parse((await to.run(['list', '--json'])).out).api_keys).toEqual([]);
    expect(JSON.parse((await to.run(['users', 'list', '--json'])).out).users).toEqual([]);
    await Promise.all([from.drop(), to.drop()]);
  });

  it('leaves a user and a key of the database alone, and names an address that is taken', async () => {
    const [from, to] = await Promise.all([createCliGround(), createCliGround()]);
    await from.run(['users', 'add', 'ada@example.com', '--no-password']);
    await to.run(['users', 'add', 'ada@example.com', '--no-password']);
    const stdin = (await from.run(['export'])).out;
    const { code, err } = await to.run(['import', '-'], { stdin });
    expect([code, err]).toEqual([1, expect.stringContaining('line 2: email: expected an address')]);
    await Promise.all([from.drop(), to.drop()]);
  });

  it('writes a file for its owner alone, and leaves one that is there alone', async () => {
    const cli = await createCliGround();
    await cli.run(['create', '--user', 'ada', '--name', 'CI']);
    const folder = mkdtempSync(join(tmpdir(), 'keystamp-export-'));
    const file = join(folder, 'keys.jsonl');
    const { code, out } = await cli.run(['export', file]);
    expect([code, out]).toEqual([0, '']);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(linesOf(readFileSync(file, 'utf8')).at(-1)).toMatchObject({ type: 'end', keys: 1 });
    expect(readdirSync(folder)).toEqual(['keys.jsonl']);
    const again = await cli.run(['export', file]);
    expect([again.code, again.err]).toEqual([1, expect.stringContaining('is there already')]);
    const nowhere = await cli.run(['export', join(folder, 'no', 'keys.jsonl')]);
    expect([nowhere.code, nowhere.err]).toEqual([
      1,
      expect.stringContaining('cannot be written: ENOENT'),
    ]);
    rmSync(folder, { recursive: true });
    await cli.drop();
  });

  it('shows at a terminal how far it is, where the lines go elsewhere', async () => {
    const cli = await createCliGround();
    await cli.run(['create', '--user', 'ada', '--name', 'CI']);
    const piped = await cli.run(['export'], { errIsTerminal: true });
    expect(piped.err).toMatch(/Exporting keys +█+ 100 % {2}1/);
    const shown = await cli.run(['export'], { errIsTerminal: true, columns: 80 });
    expect(shown.err).not.toContain('█');
    await cli.drop();
  });

  it('--format csv is a table for people, in which no cell is a formula', async () => {
    const cli = await createCliGround();
    const names = ['=1+1', '+1', '-1', '@a', 'a "quoted", one', 'plain'];
    for (const name of names) await cli.run(['create', '--user', 'ada', `--name=${name}`]);
    await cli.ground.database.query(
      `update keystamp.api_keys set note = E'\\tx\\n=y' where name = 'plain'`,
    );
    const { out } = await cli.run(['export', '--format', 'csv']);
    const [header, ...rows] = out.split('\r\n');
    expect(header).toBe(
      'id,user_id,user_email,name,key_prefix,status,scopes,created_at,expires_at,disabled_at,revoked_at,last_used_at,note,metadata',
    );
    expect(rows).toHaveLength(7);
    const named = rows.map((row) => /,ada,,((?:"(?:[^"]|"")*")|[^,]*),/.exec(row)?.[1]);
    expect(named.slice(0, 6)).toEqual([
      "'=1+1",
      "'+1",
      "'-1",
      "'@a",
      '"a ""quoted"", one"',
      'plain',
    ]);
    expect(rows[5]).toContain(`"'\tx\n=y"`);
    await cli.drop();
  });
});

const time = fc.oneof(
  fc.constantFrom(
    'infinity',
    '-infinity',
    '0044-03-15 12:00:00+00 BC',
    '12000-01-01 00:00:00.000001+00',
  ),
  fc
    .date({ min: new Date('0001-01-02'), max: new Date('9999-12-30'), noInvalidDate: true })
    .map((date) => date.toISOString().replace('Z', '123Z')),
);
const text = fc
  .string({ unit: 'grapheme', maxLength: 20 })
  .map((each) => each.replaceAll('\0', '\u2028'));
const uuid = fc.uuid();
const orNull = <T>(values: fc.Arbitrary<T>) => fc.option(values, { nil: null });
const strangeJson = fc.constantFrom(
  'null',
  '[]',
  '"text"',
  '{"a": 12345678901234567890.12345678901234567890, "b": "\\ud83d\\ude00"}',
  '{"": {"nested": [1e400, 0.10, -0]}}',
);
const key = fc.record({
  id: uuid,
  name: text,
  prefix: text,
  hash: fc.uint8Array({ minLength: 32, maxLength: 32 }),
  scopes: fc.array(fc.oneof(text, fc.constant('NULL')), { maxLength: 3 }),
  created: time,
  times: fc.array(orNull(time), { minLength: 4, maxLength: 4 }),
  note: orNull(text),
  metadata: strangeJson,
  imported: fc.boolean(),
  other: orNull(uuid),
});

it('K11 rows that no rule of ours would let in come back as they were', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(key, { minLength: 20, maxLength: 40 }),
      text,
      async (keys, userName) => {
        const [from, to] = await Promise.all([createCliGround(), createCliGround()]);
        await from.ground.database.query(
          `insert into keystamp.users (id, name, created_at) values ('', $1, '-infinity')`,
          [userName],
        );
        for (const each of keys) {
          await from.ground.database.query(
            `insert into keystamp.api_keys (id, user_id, name, key_prefix, key_hash, scopes, created_at, expires_at, disabled_at,
             revoked_at, last_used_at, note, metadata, imported, successor_id, predecessor_id)
           values ($1, '', $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12::text::jsonb, $13, $14, $14) on conflict do nothing`,
            [
              each.id,
              each.name,
              each.prefix,
              Buffer.from(each.hash),
              each.scopes,
              each.created,
              ...each.times,
              each.note,
              each.metadata,
              each.imported,
              each.other,
            ],
          );
        }
        const first = await from.run(['export']);
        const imported = await to.run(['import', '--no-gap', '-'], { stdin: first.out });
        expect([imported.code, imported.err.split('\n')[0]]).toEqual([
          0,
          expect.stringMatching(/^(\{|$)/),
        ]);
        const second = await to.run(['export']);
        const madeAt = String(linesOf(first.out)[0]?.['made_at']);
        expect(comparable(second.out, madeAt)).toEqual(comparable(first.out));
        await Promise.all([from.drop(), to.drop()]);
      },
    ),
    { numRuns: 4 },
  );
});
