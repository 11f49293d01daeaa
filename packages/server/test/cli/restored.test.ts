import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CliGround, createCliGround } from '../support/cli-ground.js';

let cli: CliGround;
beforeAll(async () => {
  cli = await createCliGround();
});
afterAll(() => cli.drop());

async function create(name: string): Promise<{ api_key: string; info: { id: string } }> {
  const args = ['create', '--user', '7', '--name', name, '--json'];
  return JSON.parse((await cli.run(args)).out);
}

describe('keystamp restored', () => {
  it('G10 books the gap: keys without a use, and those with an earlier one, say so', async () => {
    const never = await create('never');
    const used = await create('used');
    await cli.judge(used.api_key);
    const before = (await cli.run(['list'])).out;
    expect(before).toMatch(/never .* — {2}/);
    expect(before).toMatch(/used .* just now {2}/);

    const { code, out, err } = await cli.run(['restored', '--at', '2026-01-31T03:00:00Z']);
    expect([code, out]).toEqual([
      0,
      expect.stringMatching(
        /^Booked: uses from 2026-01-31T03:00:00.000Z to .+Z may be missing\.\n$/,
      ),
    ]);
    expect(JSON.parse(err)).toMatchObject({ audit: true, msg: 'booked a restored backup' });

    const after = (await cli.run(['list'])).out;
    expect(after).toMatch(/never .* no use recorded since \d{4}-\d\d-\d\d {2}/);
    expect(after).toMatch(/used .* just now or later {2}/);
    expect((await cli.run(['revoke', used.info.id])).out).toContain(
      '(last used just now or later)',
    );
    expect((await cli.run(['revoke', never.info.id])).out).toContain('(no use recorded since 2');
    const { restored_at, tracking_since } = JSON.parse((await cli.run(['list', '--json'])).out);
    expect([restored_at, tracking_since]).toEqual([expect.any(String), restored_at]);
  });

  it('a key that is made or used after it is as ever', async () => {
    const { api_key, info } = await create('fresh');
    expect((await cli.run(['list'])).out).toMatch(/fresh .* — {2}/);
    await cli.judge(api_key);
    expect((await cli.run(['list'])).out).toMatch(/fresh .* just now {2}/);
    expect((await cli.run(['revoke', info.id])).out).toContain('(last used just now)');
  });

  it('prints both times as JSON', async () => {
    const { out } = await cli.run(['restored', '--at', '2026-01-31T03:00:00+01:00', '--json']);
    expect(JSON.parse(out)).toEqual({
      backup_at: '2026-01-31T02:00:00.000Z',
      restored_at: expect.stringMatching(/Z$/),
    });
  });

  it.each([
    [['restored'], "required option '--at <time>' not specified"],
    [['restored', '--at', 'yesterday'], '--at: expected a time like 2030-01-31T12:00:00Z or a day'],
    [['restored', '--at', '2026-02-30'], '--at: expected a time like'],
    [['restored', '--at', '2999-01-01T00:00:00Z'], '--at: expected a time in the past'],
  ])('%j is refused', async (args, message) => {
    const { code, err } = await cli.run(args);
    expect([code, err]).toEqual([2, expect.stringContaining(message)]);
  });
});

describe('keystamp restore', () => {
  it.each([
    [{}, 'KEYSTAMP_DATA_DIR'],
    [{ DATABASE_URL: 'postgres://127.0.0.1:9/none' }, 'pg_restore'],
    [{ DATABASE_URL_FILE: '/none' }, 'pg_restore'],
  ])('leads through it, and opens no database: %o', async (env: Record<string, string>, how) => {
    const { code, out } = await cli.run(['restore'], { env });
    expect(code).toBe(0);
    expect(out).toContain(how);
    expect(out).toContain('keystamp restored --at');
  });
});
