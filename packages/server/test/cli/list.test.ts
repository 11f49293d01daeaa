import stringWidth from 'string-width';
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
        `NAME    PREFIX     OWNER   STATUS  SCOPES  ${'CREATED'.padEnd(date.length)}  LAST USED  EXPIRES  ID`,
        `export  ${info.key_prefix}  lister  active  any     ${date}  —          never    ${info.id}`,
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
    expect(await names('--status', 'disabled')).toEqual([]);
    await cli.run(['disable', JSON.parse((await list('--search', 'beta')).out).api_keys[0].id]);
    expect(await names('--status', 'disabled')).toEqual(['beta']);
    await cli.run(['enable', JSON.parse((await list('--search', 'beta')).out).api_keys[0].id]);
    expect(await names('--unused-for', 'never')).toHaveLength(3);
    expect(await names('--unused-for', '30d')).toEqual([]);
    const two = await list('--limit', '2', '--sort', 'name');
    expect(JSON.parse(two.out).api_keys).toHaveLength(2);
    expect(two.err).toContain('more than 2');
  });

  it('filters by expiry, scope and metadata', async () => {
    const create = (name: string, ...args: string[]) =>
      cli.run(['create', '--user', 'filter', '--name', name, ...args]);
    await create('soon', '--expires', '20d', '--scope', 'a', 'b');
    await create('later', '--expires', '40d', '--scope', 'b', '--metadata', 'team=x', 'plan=y');
    await create('endless', '--metadata', 'team=x');
    const names = async (...args: string[]) => {
      const listed = await cli.run([
        'list',
        '--user',
        'filter',
        '--sort',
        'name',
        '--json',
        ...args,
      ]);
      return JSON.parse(listed.out).api_keys.map(({ name }: { name: string }) => name);
    };
    expect(await names('--expires-within', '30d')).toEqual(['soon']);
    expect(await names('--expires-within', 'never')).toEqual(['endless']);
    expect(await names('--scope', 'b')).toEqual(['later', 'soon']);
    expect(await names('--metadata', 'team=x')).toEqual(['endless', 'later']);
    expect(await names('--metadata', 'team=x', 'plan=y')).toEqual(['later']);
  });

  it('fits the width of the terminal, and shows all with --wide', async () => {
    const name = 'a long name of a key that goes on and on';
    const args = ['create', '--user', 'narrow', '--name', name, '--json'];
    const scopes = ['--scope', 'orders:read', 'orders:write', 'invoices:read', 'invoices:write'];
    const { info } = JSON.parse((await cli.run([...args, ...scopes])).out);
    await cli.run(['create', '--user', 'narrow', '--name', '名前がとても長いキーはここにあります']);
    const list = async (columns: number | null, ...more: string[]) =>
      (await cli.run(['list', '--user', 'narrow', '--sort', 'created_at', ...more], { columns }))
        .out;
    for (const columns of [80, 100, 120]) {
      const lines = (await list(columns)).trimEnd().split('\n');
      expect(lines).toHaveLength(3);
      for (const line of lines) expect(stringWidth(line)).toBeLessThanOrEqual(columns);
      expect(lines[0]).toMatch(/^NAME +PREFIX +OWNER +STATUS +SCOPES +LAST USED +EXPIRES$/);
      expect(lines[1]).toMatch(/^名前[^ ]*…/);
      expect(lines[2]).toMatch(/^a long.*…/);
      expect(lines[2]).toContain(info.key_prefix);
      // Columns stand under their headings, whatever the width of the characters.
      const at = (line = '') => stringWidth(line.slice(0, line.indexOf('ks_')));
      expect(at(lines[1])).toBe(at(lines[2]));
      expect(at(lines[1])).toBe(lines[0]?.indexOf('PREFIX'));
    }
    const full = await list(null);
    expect(full).toContain(
      `${name}  ${info.key_prefix}  narrow  active  ${scopes.slice(1).join(' ')}  `,
    );
    expect(full).toContain(info.id);
    expect(await list(80, '--wide')).toBe(full);
    expect(await list(1_000)).toContain(`${name}  ${info.key_prefix}`);
  });

  it('names a key without a prefix by the beginning of its id', async () => {
    const args = ['create', '--user', 'bare', '--name', 'x', '--json'];
    const { info } = JSON.parse((await cli.run(args)).out);
    const text = "update keystamp.api_keys set key_prefix = '' where id = $1";
    await cli.ground.database.query(text, [info.id]);
    const { out } = await cli.run(['list', '--user', 'bare'], { columns: 80 });
    expect(out).toContain(`x     ${info.id.slice(0, 8)}  bare`);
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
    [['--expires-within', '30'], '--expires-within: expected a number of days like 90d'],
    [['--scope', 'a b'], '--scope: expected a scope like'],
    [['--metadata', 'team'], '--metadata: expected pairs like team=billing'],
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
