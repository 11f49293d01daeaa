import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CliGround, createCliGround } from '../support/cli-ground.js';

let cli: CliGround;

beforeAll(async () => {
  cli = await createCliGround();
});
afterAll(() => cli.drop());

describe('keystamp list', () => {
  it('shows a table with the last use as a person says it', async () => {
    const created = await cli.run(['create', '--user', 'lister', '--name', 'export', '--json']);
    const { api_key, info } = JSON.parse(created.out);
    const fresh = await cli.run(['list', '--user', 'lister']);
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
    await cli.judge(api_key);
    await cli.ground.database.query(
      `update keystamp.api_keys set last_used_at = last_used_at - interval '150 minutes' where id = $1`,
      [info.id],
    );
    const used = await cli.run(['list', '--user', 'lister']);
    expect(used.out).toContain('  2 hours ago  ');
  });

  it('shows rows with infinite times, written by hand, in every order', async () => {
    const { info } = JSON.parse(
      (await cli.run(['create', '--user', 'endless', '--name', 'x', '--json'])).out,
    );
    await cli.ground.database.query(
      `update keystamp.api_keys set expires_at = 'infinity', last_used_at = 'infinity', created_at = '-infinity' where id = $1`,
      [info.id],
    );
    for (const sort of ['expires_at', 'last_used_at', 'created_at']) {
      const listed = await cli.run(['list', '--user', 'endless', '--sort', sort, '--json']);
      expect(JSON.parse(listed.out).api_keys).toMatchObject([
        {
          expires_at: null,
          last_used_at: '9999-12-31T23:59:59.999Z',
          created_at: '0001-01-01T00:00:00.000Z',
        },
      ]);
    }
    expect((await cli.run(['list', '--user', 'endless'])).code).toBe(0);
  });

  it('G5: says of a last use in the future that it is in the future, and so does a revocation', async () => {
    const { info } = JSON.parse(
      (await cli.run(['create', '--user', 'ahead', '--name', 'x', '--json'])).out,
    );
    await cli.ground.database.query(
      `update keystamp.api_keys set last_used_at = '2999-03-01 12:00:00+00' where id = $1`,
      [info.id],
    );
    expect((await cli.run(['list', '--user', 'ahead'])).out).toContain('in the future: 2999-03-01');
    expect((await cli.run(['revoke', info.id])).out).toContain(
      '(last use recorded in the future, on 2999-03-01, by a wrong clock)',
    );
  });

  it('G10: says since when no use is recorded, of a key older than the tracking', async () => {
    const { info } = JSON.parse(
      (await cli.run(['create', '--user', 'old', '--name', 'x', '--json'])).out,
    );
    await cli.ground.database.query(
      `update keystamp.api_keys set created_at = '2020-01-01' where id = $1`,
      [info.id],
    );
    const listed = await cli.run(['list', '--user', 'old']);
    expect(listed.out).toMatch(/no use recorded since \d{4}-\d\d-\d\d /);
  });

  it('filters, sorts, limits and says that there are more', async () => {
    for (const name of ['beta', 'alpha', 'gamma'])
      await cli.run(['create', '--user', 'sorter', '--name', name]);
    const list = (...args: string[]) => cli.run(['list', '--user', 'sorter', '--json', ...args]);
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

  it('says so where there is none; standard output stays empty', async () => {
    const none = { code: 0, out: '', err: 'No keys found.\n' };
    expect(await cli.run(['list', '--user', 'lister', '--search', 'nothing'])).toEqual(none);
  });

  it('says that a user is not there, and does not repeat a key given in place of one (K1)', async () => {
    expect(await cli.run(['list', '--user', 'nobody'])).toEqual({
      code: 1,
      out: '',
      err: 'keystamp: no user has the id or address nobody: see "keystamp users list"\n',
    });
    const { out: apiKey } = await cli.run(['create', '--user', 'lister', '--name', 'k']);
    const pasted = await cli.run(['list', '--user', apiKey.trim()]);
    expect(pasted).toEqual({
      code: 2,
      out: '',
      err: 'keystamp: --user: expected a text, not an API key\n',
    });
  });

  it('keeps what came from elsewhere from steering the terminal', async () => {
    const { info } = JSON.parse(
      (await cli.run(['create', '--user', 'evil', '--name', 'x', '--json'])).out,
    );
    await cli.ground.database.query('update keystamp.api_keys set name = $2 where id = $1', [
      info.id,
      'a\u001b[2Jb\u202e',
    ]);
    const { out } = await cli.run(['list', '--user', 'evil']);
    expect(out).toContain('a\ufffd[2Jb\ufffd');
    expect(out.includes('\u001b') || out.includes('\u202e')).toBe(false);
  });

  it.each([
    [['--status', 'dead'], 'Allowed choices are active, disabled, expired, revoked, user_inactive'],
    [['--sort', 'hash'], 'Allowed choices'],
    [['--unused-for', '90'], '--unused-for: expected'],
    [['--unused-for', '36501d'], '--unused-for: expected'],
    [['--limit', '0'], '--limit: expected'],
    [['extra'], 'too many arguments'],
  ])('%j is a wrong command line', async (args, message) => {
    const { code, err } = await cli.run(['list', ...args]);
    expect([code, err]).toEqual([2, expect.stringContaining(message)]);
  });
});

function dayOf(time: string): string {
  // Sweden writes days as ISO 8601 does.
  return new Intl.DateTimeFormat('sv-SE').format(new Date(time));
}
