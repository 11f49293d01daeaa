import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isoDay } from '../../src/cli/iso-day.js';
import { type CliGround, createCliGround } from '../support/cli-ground.js';

const KEY = /^ks_[0-9A-Za-z]{49}\n$/;

let cli: CliGround;

beforeAll(async () => {
  cli = await createCliGround();
});
afterAll(() => cli.drop());

describe('keystamp revoke and rotate', () => {
  async function create(): Promise<{ api_key: string; info: { id: string; key_prefix: string } }> {
    return JSON.parse((await cli.run(['create', '--user', 'r', '--name', 'r', '--json'])).out);
  }

  it('revokes several, and fails where one is missing, after the others', async () => {
    const [one, two] = [await create(), await create()];
    const missing = '00000000-0000-4000-8000-000000000000';
    const { code, out, err } = await cli.run(['revoke', one.info.id, missing, two.info.id]);
    expect(code).toBe(1);
    expect(err).toContain(`there is no key ${missing}`);
    expect(out).toBe(
      [one, two].map(({ info }) => `revoked ${info.key_prefix} "r" (no use recorded)\n`).join(''),
    );
    expect([await cli.judge(one.api_key), await cli.judge(two.api_key)]).toEqual([
      'revoked',
      'revoked',
    ]);
  });

  it('revokes those that standard input names', async () => {
    const [one, two] = [await create(), await create()];
    const stdin = `${one.info.id}\n${two.info.id}\n`;
    const { code, out } = await cli.run(['revoke', '-', '--json'], { stdin });
    const { api_keys } = JSON.parse(out);
    expect([code, api_keys.map(({ id }: { id: string }) => id)]).toEqual([
      0,
      [one.info.id, two.info.id],
    ]);
  });

  it.each(['revoke', 'delete'])(
    '%s: an empty list is done, as xargs and a pipe give it',
    async (command) => {
      for (const [args, stdin] of [
        [[command], ''],
        [[command, '-'], ''],
        [[command, '-'], '\n \n'],
      ] as const) {
        expect(await cli.run([...args], { stdin })).toEqual({
          code: 0,
          out: '',
          err: 'No ids were given: nothing to do.\n',
        });
      }
      const forgotten = await cli.run([command], { stdinIsTerminal: true });
      expect([forgotten.code, forgotten.out]).toEqual([2, '']);
      expect(forgotten.err).toBe('keystamp: expected the id of a key\n');
    },
  );

  it('revoke: an empty list is an empty list as JSON', async () => {
    expect(JSON.parse((await cli.run(['revoke', '--json'])).out)).toMatchObject({ api_keys: [] });
  });

  it('takes no ids in another encoding than UTF-8', async () => {
    const stdin = Buffer.from('\ufeffx\n', 'utf16le');
    const { code, err } = await cli.run(['revoke', '-'], { stdin });
    expect([code, err]).toEqual([1, expect.stringContaining('line 1: not UTF-8 but UTF-16')]);
  });

  it('revokes nothing where one of the ids is none', async () => {
    const { api_key, info } = await create();
    for (const args of [
      ['revoke', info.id, 'x'],
      ['revoke', info.id, 'x', '--json'],
    ]) {
      const { code, out, err } = await cli.run(args);
      expect([code, out]).toEqual([2, '']);
      expect(err).toContain('id: expected the first 4 or more characters of an id or of a prefix');
    }
    expect(await cli.judge(api_key)).toBeNull();
  });

  it('says when a key was revoked already: no failure, and no second audit line', async () => {
    const { info } = await create();
    const first = await cli.run(['revoke', info.id]);
    expect(first.err).toContain('"msg":"API key revoked"');
    await cli.ground.database.query(
      "update keystamp.api_keys set revoked_at = '2026-01-31T12:00:00Z' where id = $1",
      [info.id],
    );
    expect(await cli.run(['revoke', info.id])).toEqual({
      code: 0,
      out: `${info.key_prefix} "r" was revoked already on 2026-01-31\n`,
      err: '',
    });
  });

  it('G10: says since when no use of a key is recorded that is older than the tracking', async () => {
    const [one, two] = [await create(), await create()];
    await cli.ground.database.query(
      "update keystamp.api_keys set created_at = '2020-01-31T12:00:00Z' where id = any($1)",
      [[one.info.id, two.info.id]],
    );
    const { rows } = await cli.ground.database.query<{ since: Date }>(
      'select since from keystamp.tracking',
    );
    const since = isoDay(rows[0]?.since as Date);
    const told = (key: typeof one) =>
      `${key.info.key_prefix} "r" (no use recorded since ${since})\n`;
    expect((await cli.run(['revoke', one.info.id])).out).toBe(`revoked ${told(one)}`);
    expect((await cli.run(['delete', two.info.id])).out).toBe(`deleted ${told(two)}`);
  });

  it('names a key without a prefix by its id', async () => {
    const { info } = await create();
    const text = "update keystamp.api_keys set key_prefix = '' where id = $1";
    await cli.ground.database.query(text, [info.id]);
    const { out } = await cli.run(['revoke', info.id]);
    expect(out).toBe(`revoked ${info.id} "r" (no use recorded)\n`);
  });

  it('rotates, with and without grace', async () => {
    const [one, two] = [await create(), await create()];
    const cut = await cli.run(['rotate', one.info.id, '--grace', '0']);
    expect(cut.out).toMatch(KEY);
    expect([await cli.judge(one.api_key), await cli.judge(cut.out.trim())]).toEqual([
      'expired',
      null,
    ]);
    const kept = await cli.run(['rotate', two.info.id, '--grace', '12h', '--json']);
    expect(kept.err).not.toContain('old key');
    const successor = JSON.parse(kept.out).api_key;
    expect([await cli.judge(two.api_key), await cli.judge(successor)]).toEqual([null, null]);
  });

  it('lets the old key go on for a day where no grace is given', async () => {
    const { api_key, info } = await create();
    const { err } = await cli.run(['rotate', info.id]);
    const { rows } = await cli.ground.database.query<{ seconds: number }>(
      'select extract(epoch from k.expires_at - s.created_at)::float8 as seconds from keystamp.api_keys k join keystamp.api_keys s on s.id = k.successor_id where k.id = $1',
      [info.id],
    );
    expect(rows[0]?.seconds).toBeCloseTo(86_400, -1);
    expect(await cli.judge(api_key)).toBeNull();
    expect(err).toContain(`Whether it is still used: keystamp show ${info.id}\n`);
  });

  it('gives no scope introspect anew to a user who is no administrator', async () => {
    const { info } = await create();
    const text = `update keystamp.api_keys set scopes = '{introspect}' where id = $1`;
    await cli.ground.database.query(text, [info.id]);
    const { code, out, err } = await cli.run(['rotate', info.id]);
    expect([code, out]).toEqual([1, '']);
    expect(err).toMatch(/^keystamp: The scope introspect is for keys of administrators alone/);
  });

  it('names the successor of a key that was rotated before', async () => {
    const { info } = await create();
    const args = ['rotate', info.id, '--grace', '12h', '--json'];
    const { id, key_prefix } = JSON.parse((await cli.run(args)).out).info;
    expect(await cli.run(args)).toEqual({
      code: 1,
      out: '',
      err: `keystamp: The key has been rotated already: rotate its successor ${key_prefix} (id ${id}) instead.\n`,
    });
  });

  it('tells when the rotated key ends, beside the new one', async () => {
    const [one, two, three] = [await create(), await create(), await create()];
    const cut = await cli.run(['rotate', one.info.id, '--grace', '0']);
    expect(cut.out).toMatch(KEY);
    expect(cut.err).toContain('The old key stopped at once. ');
    expect(cut.err).toContain('--grace 7d');
    const end = async (id: string) => {
      const { api_keys } = JSON.parse((await cli.run(['list', '--user', 'r', '--json'])).out);
      return api_keys.find((key: { id: string }) => key.id === id).expires_at;
    };
    const kept = await cli.run(['rotate', two.info.id, '--grace', '12h']);
    expect(kept.err).toContain(`The old key goes on until ${await end(two.info.id)}\n`);
    await cli.ground.database.query(
      "update keystamp.api_keys set expires_at = now() + interval '1 hour' where id = $1",
      [three.info.id],
    );
    const expiry = await end(three.info.id);
    const short = await cli.run(['rotate', three.info.id, '--grace', '12h']);
    expect(short.err).toContain(`The old key goes on until ${expiry}\n`);
  });

  it.each([
    [['revoke', 'x'], 2, 'id: expected the first 4'],
    [['rotate', '00000000-0000-4000-8000-000000000000'], 1, 'there is no key'],
    [['rotate', '00000000-0000-4000-8000-000000000000', '--grace', '1'], 2, '--grace: expected'],
    [
      ['rotate', '00000000-0000-4000-8000-000000000000', '--grace', '31d'],
      2,
      '--grace: expected a duration like 30m, 12h or 7d, up to 30d',
    ],
  ])('%j fails', async (args, code, message) => {
    const result = await cli.run(args);
    expect([result.code, result.err]).toEqual([code, expect.stringContaining(message)]);
  });
});
