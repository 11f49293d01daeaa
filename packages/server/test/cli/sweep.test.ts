import { createKeystamp, type Keystamp } from 'keystamp';
import type { Database } from 'keystamp/database';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type CliGround, createCliGround } from '../support/cli-ground.js';

let cli: CliGround;
/** A server over the same database, whose uses are in its memory before they are stored. */
let server: Keystamp;

beforeAll(async () => {
  cli = await createCliGround();
  server = await createKeystamp({ database: await cli.ground.open() });
  await cli.ground.database.query(
    `update keystamp.tracking set since = now() - interval '1000 days'`,
  );
});
afterAll(async () => {
  await server.close();
  await cli.drop();
});

interface Key {
  readonly apiKey: string;
  readonly id: string;
  readonly prefix: string;
}

/** A key made 800 days ago, and last used so many days ago. */
async function create(name: string, usedDaysAgo: number | null, ...args: string[]): Promise<Key> {
  const { out } = await cli.run(['create', '--user', 'w', '--name', name, '--json', ...args]);
  const { api_key, info } = JSON.parse(out);
  await cli.ground.database.query(
    `update keystamp.api_keys set created_at = now() - interval '800 days', last_used_at = now() - $2::float8 * interval '24 hours' where id = $1`,
    [info.id, usedDaysAgo],
  );
  return { apiKey: api_key, id: info.id, prefix: info.key_prefix };
}

async function statusOf({ id }: Key): Promise<string | undefined> {
  return (await server.getApiKey(id))?.status;
}

/** The same database, with something that happens once, after stale keys were looked for. */
function interrupted(database: Database, interrupt: () => Promise<void>): Database {
  let isDone = false;
  const query = async (text: string, params?: readonly unknown[]) => {
    const result = await database.query(text, params);
    if (!isDone && text.includes('keystamp.keep_until(')) {
      isDone = true;
      await interrupt();
    }
    return result;
  };
  return new Proxy(database, {
    get: (_, name) => {
      if (name === 'query') return query;
      const value: unknown = Reflect.get(database, name, database);
      return typeof value === 'function' ? value.bind(database) : value;
    },
  });
}

let fresh: Key;
let stale: Key;
let unused: Key;
let kept: Key;
let disabled: Key;

beforeEach(async () => {
  await cli.ground.database.query('delete from keystamp.api_keys');
  fresh = await create('fresh', 10);
  stale = await create('stale', 400);
  unused = await create('unused', null);
  kept = await create('kept', 400, '--metadata', 'keep-until=2999-01-31');
  disabled = await create('disabled', 450);
  await cli.ground.database.query(
    `update keystamp.api_keys set disabled_at = now() - interval '40 days' where id = $1`,
    [disabled.id],
  );
});

const statuses = () => Promise.all([fresh, stale, unused, kept, disabled].map(statusOf));

describe('keystamp disable and revoke --unused-for', () => {
  it.each([
    ['disable', 'disabled'],
    ['revoke', 'revoked'],
  ])(
    '%s stops the keys that were not used for so long, and names those left alone',
    async (command, done) => {
      const { code, out, err } = await cli.run([command, '--unused-for', '365d']);
      expect([code, out.split('\n').sort()]).toEqual([
        0,
        [
          '',
          `${done} ${stale.prefix} "stale" (last used ${out.match(/\d{4}-\d\d-\d\d/)?.[0]})`,
          `${done} ${unused.prefix} "unused" (no use recorded)`,
          `left alone ${kept.prefix} "kept": kept until 2999-01-31`,
        ].sort(),
      ]);
      expect(err).toContain(
        `Done: ${command === 'disable' ? '2 disabled, 0' : '0 disabled, 2'} revoked, 1 left alone.\n`,
      );
      const lines = err.split('\n').filter((line) => line.startsWith('{'));
      expect(lines.map((line) => JSON.parse(line))).toEqual(
        expect.arrayContaining(
          [stale, unused].map(({ id }) =>
            expect.objectContaining({ audit: true, key: id, bulk: true, msg: `API key ${done}` }),
          ),
        ),
      );
      expect(lines).toHaveLength(2);
      expect(await statuses()).toEqual(['active', done, done, 'active', 'disabled']);
    },
  );

  it.each(['disable', 'revoke'])(
    '%s --dry-run changes nothing, and says what would change',
    async (command) => {
      const { code, out, err } = await cli.run([command, '--unused-for', '365d', '--dry-run']);
      expect(code).toBe(0);
      expect(out).toContain(
        `would ${command} ${stale.prefix} "stale": Not used for 13 months (last used on 20`,
      );
      expect(out).toContain(`left alone ${kept.prefix} "kept": kept until 2999-01-31\n`);
      expect(err).toMatch(/^Nothing was changed\. It would be: .* 1 left alone\.\n$/);
      expect(await statuses()).toEqual(['active', 'active', 'active', 'active', 'disabled']);
    },
  );

  it('shows a keep-until that was written by hand on its line', async () => {
    await cli.ground.database.query(
      `update keystamp.api_keys set metadata = '{"keep-until": "\\u001b[2J\\nsoon"}' where id = $1`,
      [kept.id],
    );
    const { out } = await cli.run(['disable', '--unused-for', '365d', '--dry-run']);
    expect(out).toContain('"kept": kept until \ufffd[2J\ufffdsoon\n');
  });

  it('leaves a key alone that was used since the question', async () => {
    const terminal = { stdinIsTerminal: true, errIsTerminal: true };
    const asked = await cli.run(['revoke', '--unused-for', '365d'], { ...terminal, stdin: 'n\n' });
    expect(asked.err).toContain(
      `  ${unused.prefix} "unused": No use recorded since it was created 2 years ago (`,
    );
    expect(await statusOf(unused)).toBe('active');
    await server.validateUserApiKey(unused.apiKey);
    await server.flush();
    const yes = await cli.run(['revoke', '--unused-for', '365d'], { ...terminal, stdin: 'y\n' });
    expect([yes.code, yes.out.includes(unused.prefix)]).toEqual([0, false]);
    expect(await statuses()).toEqual(['active', 'revoked', 'active', 'active', 'disabled']);
  });

  it.each(['disable', 'revoke'])(
    'K8: %s names a key that is used while it runs, and leaves it alone',
    async (command) => {
      const open = async () =>
        interrupted(await cli.ground.open(), async () => {
          await server.validateUserApiKey(stale.apiKey);
          await server.flush();
        });
      const { code, out, err } = await cli.run([command, '--unused-for', '365d'], { open });
      expect(code).toBe(0);
      expect(out).toContain(`left alone ${stale.prefix} "stale": used meanwhile\n`);
      expect(err).toContain(', 2 left alone.\n');
      expect([await statusOf(stale), await statusOf(unused)]).toEqual(['active', `${command}d`]);
    },
  );

  it('asks nothing where --yes answers', async () => {
    const terminal = { stdinIsTerminal: true, errIsTerminal: true };
    const { code, err } = await cli.run(['revoke', '--unused-for', '365d', '--yes'], terminal);
    expect([code, err.includes('[y/N]'), await statusOf(unused)]).toEqual([0, false, 'revoked']);
  });

  it('stops those of one user alone', async () => {
    const { out } = await cli.run(['create', '--user', 'somebody', '--name', 'x', '--json']);
    expect(out).not.toBe('');
    await cli.run(['disable', '--unused-for', '365d', '--user', 'somebody']);
    expect(await statuses()).toEqual(['active', 'active', 'active', 'active', 'disabled']);
  });

  it.each([
    [
      ['revoke', '--unused-for', 'never'],
      '--unused-for: expected a number of days like 90d, at most 36500d',
    ],
    [['disable', '--unused-for', '0d'], '--unused-for: expected a number of days'],
    [['revoke', '--unused-for', '365d', 'ks_7Hq2'], 'expected ids or --unused-for, not both'],
    [['disable', '--dry-run', 'ks_7Hq2'], '--dry-run: expected --unused-for with it'],
    [['disable', '--user', 'w'], '--user: expected --unused-for with it'],
  ])('%j is a wrong command line', async (args, message) => {
    const { code, out, err } = await cli.run(args);
    expect([code, out, err]).toEqual([2, '', expect.stringContaining(`keystamp: ${message}`)]);
  });
});

describe('keystamp sweep', () => {
  it('disables what is unused and revokes what was disabled long ago, as JSON too', async () => {
    const args = ['sweep', '--disable-unused', '90d', '--revoke-disabled', '30d', '--json'];
    const dry = JSON.parse((await cli.run([...args, '--dry-run'])).out);
    expect(await statuses()).toEqual(['active', 'active', 'active', 'active', 'disabled']);
    const { code, out } = await cli.run(args);
    expect(code).toBe(0);
    const counts = { disabled: 2, revoked: 1, kept: 1, used_meanwhile: 0, changed_meanwhile: 0 };
    expect(JSON.parse(out)).toMatchObject({ dry_run: false, ...counts });
    expect(dry).toMatchObject({ dry_run: true, ...counts });
    const outcomes = (swept: typeof dry) =>
      Object.fromEntries(
        swept.results.map((one: { outcome: string; info: { id: string } }) => [
          one.info.id,
          one.outcome,
        ]),
      );
    expect(outcomes(JSON.parse(out))).toEqual({
      [stale.id]: 'disabled',
      [unused.id]: 'disabled',
      [kept.id]: 'kept',
      [disabled.id]: 'revoked',
    });
    expect(outcomes(dry)).toEqual(outcomes(JSON.parse(out)));
    expect(await statuses()).toEqual(['active', 'disabled', 'disabled', 'active', 'revoked']);
  });

  it('takes either of the two alone', async () => {
    expect((await cli.run(['sweep', '--revoke-disabled', '30d'])).code).toBe(0);
    expect(await statuses()).toEqual(['active', 'active', 'active', 'active', 'revoked']);
    expect((await cli.run(['sweep', '--disable-unused', '5d'])).code).toBe(0);
    expect(await statuses()).toEqual(['disabled', 'disabled', 'disabled', 'active', 'revoked']);
  });

  it.each([
    [['sweep'], 'expected --disable-unused, --revoke-disabled or both'],
    [['sweep', '--disable-unused', '90'], '--disable-unused: expected a number of days like 90d'],
    [
      ['sweep', '--revoke-disabled', 'never'],
      '--revoke-disabled: expected a number of days like 90d',
    ],
  ])('%j is a wrong command line', async (args, message) => {
    const { code, out, err } = await cli.run(args);
    expect([code, out, err]).toEqual([2, '', expect.stringContaining(`keystamp: ${message}`)]);
    expect(await statuses()).toEqual(['active', 'active', 'active', 'active', 'disabled']);
  });
});
