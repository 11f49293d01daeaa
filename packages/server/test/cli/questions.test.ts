import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CliGround, createCliGround } from '../support/cli-ground.js';

let cli: CliGround;

beforeAll(async () => {
  cli = await createCliGround();
});
afterAll(() => cli.drop());

const TERMINAL = { stdinIsTerminal: true, errIsTerminal: true };

interface Created {
  readonly api_key: string;
  readonly info: { readonly id: string; readonly key_prefix: string };
}

/** A key that was last used so many days ago; null: no use of it is recorded. */
async function create(usedDaysAgo: number | null): Promise<Created> {
  const { out } = await cli.run(['create', '--user', 'q', '--name', 'q', '--json']);
  const created: Created = JSON.parse(out);
  await cli.ground.database.query(
    `update keystamp.api_keys set last_used_at = now() - $2::float8 * interval '24 hours' where id = $1`,
    [created.info.id, usedDaysAgo],
  );
  return created;
}

async function statusOf(id: string): Promise<string> {
  const { rows } = await cli.ground.database.query<{ status: string }>(
    `select case when revoked_at is not null then 'revoked' when successor_id is not null then 'rotated' else 'as it was' end as status
     from keystamp.api_keys where id = $1`,
    [id],
  );
  return rows[0]?.status ?? 'gone';
}

describe.each([
  ['revoke', 'Revoke', ', for good?', 'revoked'],
  ['rotate', 'Rotate', ', and stop the old key in 1d?', 'rotated'],
])('keystamp %s at a terminal', (command, verb, end, changed) => {
  it.each([
    [0, 'Used just now: what uses it '],
    [1, 'Used 1 day ago (20'],
    [34, 'Used 34 days ago (20'],
    [null, 'No use recorded since it was created just now. It may wait for its first use.\n'],
  ])('asks where the key was used %s days ago, and says so', async (days, use) => {
    const { info } = await create(days);
    const no = await cli.run([command, info.id], { ...TERMINAL, stdin: 'n\n' });
    expect([no.code, no.out, await statusOf(info.id)]).toEqual([1, '', 'as it was']);
    expect(no.err).toContain(`  ${info.key_prefix} "q": ${use}`);
    expect(no.err).toContain(`\n${verb} this key${end} [y/N] keystamp: nothing was changed\n`);
    const yes = await cli.run([command, info.id], { ...TERMINAL, stdin: 'y\n' });
    expect([yes.code, await statusOf(info.id)]).toEqual([0, changed]);
  });

  it('takes the end of the input for a no', async () => {
    const { info } = await create(1);
    expect((await cli.run([command, info.id], TERMINAL)).code).toBe(1);
    expect(await statusOf(info.id)).toBe('as it was');
  });

  it('asks nothing where --yes answers, or the last use is older than 35 days', async () => {
    const [used, unused] = [await create(1), await create(36)];
    for (const args of [[used.info.id, '--yes'], [unused.info.id]]) {
      const { code, err } = await cli.run([command, ...args], TERMINAL);
      expect([code, err.includes('[y/N]')]).toEqual([0, false]);
    }
    expect([await statusOf(used.info.id), await statusOf(unused.info.id)]).toEqual([
      changed,
      changed,
    ]);
  });

  it.each([{ errIsTerminal: false }, { stdinIsTerminal: false }])(
    'asks nothing where nobody is there: %j',
    async (without) => {
      const { info } = await create(1);
      const { code, err } = await cli.run([command, info.id], { ...TERMINAL, ...without });
      expect([code, err.includes('[y/N]'), await statusOf(info.id)]).toEqual([0, false, changed]);
    },
  );
});

it('revoke: asks once about the keys that may be in use, and revokes none where the answer is no', async () => {
  const [used, unused, revoked] = [await create(1), await create(40), await create(1)];
  await cli.run(['revoke', revoked.info.id]);
  const ids = [used, unused, revoked].map(({ info }) => info.id);
  const { err } = await cli.run(['revoke', ...ids], { ...TERMINAL, stdin: 'n\n' });
  expect(err).toContain(`  ${used.info.key_prefix} "q": Used 1 day ago (`);
  expect(err).not.toContain(unused.info.key_prefix);
  expect(err).toContain('\nRevoke this key, for good? [y/N]');
  expect(await Promise.all(ids.map(statusOf))).toEqual(['as it was', 'as it was', 'revoked']);
});

it('revoke: asks about a key that may have been used until a backup was restored', async () => {
  const { info } = await create(400);
  await cli.run(['restored', '--at', new Date(Date.now() - 3_600_000).toISOString()]);
  const { err } = await cli.run(['revoke', info.id], { ...TERMINAL, stdin: 'n\n' });
  expect(err).toMatch(
    / or later: a backup was restored .*\.\nNot sure\? .*\.\nRevoke this key, for good\? \[y\/N\]/,
  );
  expect(await statusOf(info.id)).toBe('as it was');
});

it('rotate: says in the question that the old key stops at once', async () => {
  const { info } = await create(1);
  const { err } = await cli.run(['rotate', info.id, '--grace', '0'], { ...TERMINAL, stdin: 'n\n' });
  expect(err).toContain(', and stop the old key at once? [y/N]');
});
