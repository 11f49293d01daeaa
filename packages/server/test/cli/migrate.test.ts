import { createKeystamp } from 'keystamp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HELD_BY_MIGRATION } from '../../src/cli/confirm-down.js';
import { type CliGround, createCliGround } from '../support/cli-ground.js';

let cli: CliGround;

beforeAll(async () => {
  cli = await createCliGround({ migrated: false });
});
afterAll(() => cli.drop());

describe('a database without a schema', () => {
  it('is refused by every command but migrate, which it names', async () => {
    const { code, err } = await cli.run(['list']);
    expect([code, err]).toEqual([1, expect.stringContaining('run "keystamp migrate up"')]);
  });
});

describe('keystamp migrate', () => {
  it('shows, applies, takes back and applies again; keys stay', async () => {
    const before = await cli.run(['migrate', 'status']);
    expect(before.out).toMatch(/^MIGRATION +APPLIED\n000001_users_and_api_keys +—\n/);
    const up = await cli.run(['migrate', 'up']);
    expect([up.code, up.out]).toEqual([
      0,
      expect.stringContaining('applied 000002_last_used_at\n'),
    ]);
    expect((await cli.run(['migrate', 'up'])).out).toBe('Nothing to do.\n');
    const { api_key } = JSON.parse(
      (await cli.run(['create', '--user', '42', '--name', 'kept', '--json'])).out,
    );
    const down = await cli.run(['migrate', 'down', '--to', '000001', '--json']);
    expect(JSON.parse(down.out).migrations.at(-1)).toBe('000002_last_used_at');
    const { migrations: status } = JSON.parse((await cli.run(['migrate', 'status', '--json'])).out);
    expect(status[0]).toEqual({
      name: '000001_users_and_api_keys',
      applied_at: expect.stringMatching(/^\d{4}-.*Z$/),
      known: true,
    });
    expect(status[1].applied_at).toBeNull();
    expect((await cli.run(['migrate', 'up'])).code).toBe(0);
    expect(await cli.judge(api_key)).toBeNull();
  });

  it('knows what each migration holds', async () => {
    const { migrations } = JSON.parse((await cli.run(['migrate', 'status', '--json'])).out);
    const names = migrations.map(({ name }: { name: string }) => name);
    expect(Object.keys(HELD_BY_MIGRATION)).toEqual(names);
  });

  it.each([
    [['migrate', 'down', '--count', 'x'], 'expected a whole number'],
    [['migrate', 'up', '--to', '999999'], '--to: expected'],
    [['migrate', 'sideways'], 'unknown command'],
  ])('%j is a wrong command line', async (args, message) => {
    const { code, err } = await cli.run(args);
    expect([code, err]).toEqual([2, expect.stringContaining(message)]);
  });
});

describe('keystamp migrate down at a terminal', () => {
  const atTerminal = (stdin: string) => ({ stdin, stdinIsTerminal: true, errIsTerminal: true });
  const down = ['migrate', 'down', '--to', '000001'];
  const status = async () => (await cli.run(['migrate', 'status'])).out;

  it.each(['', 'n\n', '\n', 'yesterday\n'])('says what is lost; %j is no yes', async (stdin) => {
    expect((await cli.run(['migrate', 'up'])).code).toBe(0);
    const before = await status();
    const { code, out, err } = await cli.run(down, atTerminal(stdin));
    expect([code, out]).toEqual([1, '']);
    expect(err).toContain('  000002_last_used_at: the last use of every key\n');
    expect(err).toContain('keystamp: nothing was changed\n');
    expect(await status()).toBe(before);
  });

  it.runIf(process.env['KEYSTAMP_TEST_DATABASE'] === 'postgres')(
    'counts the connections of instances that run',
    async () => {
      const before = await cli.run(down, atTerminal('n\n'));
      const instance = await createKeystamp({ database: cli.ground.url as string });
      const { err } = await cli.run(down, atTerminal('n\n'));
      await instance.close();
      expect(connectionsIn(err)).toBeGreaterThan(connectionsIn(before.err));
    },
  );

  it.each([
    ['y', down],
    ['', [...down, '--yes']],
  ])('answered with %j: %j', async (stdin, args) => {
    expect((await cli.run(['migrate', 'up'])).code).toBe(0);
    const { code, out } = await cli.run(args, atTerminal(stdin));
    expect([code, out]).toEqual([0, expect.stringContaining('taken back 000002_last_used_at\n')]);
  });

  it('says that disabled keys are revoked, and revokes them', async () => {
    expect((await cli.run(['migrate', 'up'])).code).toBe(0);
    const make = ['create', '--user', '42', '--name', 'tried', '--json'];
    const { api_key, info } = JSON.parse((await cli.run(make)).out);
    expect((await cli.run(['disable', info.id])).code).toBe(0);
    expect(await cli.judge(api_key)).toBe('disabled');
    const { err } = await cli.run(['migrate', 'down', '--to', '000014'], atTerminal('y\n'));
    expect(err).toMatch(/ {2}000015_\w+: .*disabled keys are revoked, for good\n/);
    expect((await cli.run(['migrate', 'up'])).code).toBe(0);
    expect(await cli.judge(api_key)).toBe('revoked');
    expect((await cli.run(down, atTerminal('y\n'))).code).toBe(0);
  });

  it('with nothing to take back, asks nothing', async () => {
    const { code, out, err } = await cli.run(down, atTerminal(''));
    expect([code, out, err]).toEqual([
      0,
      'Nothing to do.\n',
      expect.stringMatching(/^Database: .+\n$/),
    ]);
  });
});

function connectionsIn(err: string): number {
  return Number(/(\d+) connections? of Keystamp/.exec(err)?.[1] ?? 0);
}
