import { afterAll, beforeAll, describe, expect, it } from 'vitest';
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
    const status = JSON.parse((await cli.run(['migrate', 'status', '--json'])).out);
    expect(status[0]).toEqual({
      name: '000001_users_and_api_keys',
      applied_at: expect.stringMatching(/^\d{4}-.*Z$/),
      known: true,
    });
    expect(status[1].applied_at).toBeNull();
    expect((await cli.run(['migrate', 'up'])).code).toBe(0);
    expect(await cli.judge(api_key)).toBeNull();
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
