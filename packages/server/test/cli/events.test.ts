import { userInfo } from 'node:os';
import { createKeystamp } from 'keystamp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CliGround, createCliGround } from '../support/cli-ground.js';

const ACCOUNT = userInfo().username;

let cli: CliGround;

beforeAll(async () => {
  cli = await createCliGround();
});
afterAll(() => cli.drop());

interface Event {
  readonly id: string;
  readonly key_id: string;
  readonly kind: string;
  readonly at: string;
  readonly actor: unknown;
}

async function create(...args: string[]): Promise<{ id: string; key_prefix: string }> {
  const all = ['create', '--user', 'h', '--name', 'h', '--json', ...args];
  return JSON.parse((await cli.run(all)).out).info;
}

async function events(...args: string[]): Promise<Event[]> {
  const { code, out } = await cli.run(['events', '--json', ...args]);
  expect(code).toBe(0);
  return JSON.parse(out).events;
}

const kindsOf = (found: readonly Event[]) => found.map(({ kind }) => kind);

describe('keystamp events', () => {
  it('K7: every change by a command is in the history, with the account that ran it', async () => {
    const { id } = await create();
    for (const args of [
      ['edit', id, '--name', 'renamed'],
      ['edit', id, '--user', 'other'],
      ['disable', id],
      ['enable', id],
      ['rotate', id],
      ['revoke', id],
      ['delete', id],
    ])
      expect((await cli.run(args)).code).toBe(0);
    const found = await events('--key', id);
    expect(kindsOf(found)).toEqual([
      'deleted',
      'revoked',
      'rotated',
      'enabled',
      'disabled',
      'moved',
      'updated',
      'created',
    ]);
    for (const { actor } of found)
      expect(actor).toEqual({ kind: 'cli', user_id: null, key_id: null, name: ACCOUNT });
  });

  it('K7: an import is in the history too', async () => {
    const key = { key_hash: 'ab'.repeat(32), user_id: 'h', name: 'old' };
    await cli.run(['import', '-'], { stdin: JSON.stringify(key) });
    expect(await events('--kind', 'imported')).toMatchObject([
      { key_name: 'old', actor: { kind: 'cli', name: ACCOUNT } },
    ]);
  });

  it('says what happened in a table, the newest first', async () => {
    const { id, key_prefix } = await create();
    await cli.run(['edit', id, '--name', 'new name', '--note', 'x']);
    const instance = await createKeystamp({ database: await cli.ground.open() });
    await instance.disableApiKey(id, {
      actor: { kind: 'session', userId: 'h', fromAddress: '192.0.2.7' },
    });
    await instance.close();
    const { out } = await cli.run(['events', '--key', key_prefix]);
    const [first, second] = await events('--key', id);
    expect(out.split('\n').map((line) => line.replace(/ {2,}/g, ' | '))).toEqual([
      'TIME | KEY | NAME | WHAT HAPPENED',
      `${first?.at} | ${key_prefix} | new name | Disabled by h from 192.0.2.7`,
      `${second?.at} | ${key_prefix} | new name | Changed (name: "h" → "new name", note) by ${ACCOUNT} at the command line`,
      expect.stringContaining(`| Created by ${ACCOUNT} at the command line`),
      '',
    ]);
  });

  it('calls users by their address', async () => {
    await cli.run(['users', 'add', 'ada@example.com', '--no-password']);
    const { id } = await create();
    await cli.run(['edit', id, '--user', 'ada@example.com']);
    const { out } = await cli.run(['events', '--key', id, '--kind', 'moved']);
    expect(out).toContain(`Moved from h to ada@example.com by ${ACCOUNT} at the command line`);
  });

  it('filters by user, actor, kind and time', async () => {
    const { id } = await create('--user', 'filtered');
    await cli.run(['disable', id]);
    await cli.ground.database.query(`update keystamp.api_keys set name = 'by hand' where id = $1`, [
      id,
    ]);
    const mine = (...args: string[]) => events('--user', 'filtered', ...args);
    expect(kindsOf(await mine())).toEqual(['updated', 'disabled', 'created']);
    expect(kindsOf(await mine('--actor', 'database'))).toEqual(['updated']);
    expect(kindsOf(await mine('--actor', ACCOUNT))).toEqual(['disabled', 'created']);
    expect(kindsOf(await mine('--kind', 'disabled'))).toEqual(['disabled']);
    await cli.ground.database.query(
      `update keystamp.key_events set at = '2026-03-05T12:00:00Z' where key_id = $1 and kind = 'created'`,
      [id],
    );
    expect(kindsOf(await mine('--since', '7d'))).toEqual(['updated', 'disabled']);
    expect(kindsOf(await mine('--until', '1h'))).toEqual(['created']);
    expect(kindsOf(await mine('--since', '2026-03-04', '--until', '2026-03-06'))).toEqual([
      'created',
    ]);
    expect(kindsOf(await mine('--since', '2026-03-05T12:00:01Z'))).toHaveLength(2);
  });

  it('reads on over pages, and says that there are more', async () => {
    const { id } = await create('--user', 'many');
    await cli.ground.database.query(
      `insert into keystamp.key_events (key_id, user_id, kind, actor, detail)
       select $1, 'many', 'updated', '{"kind": "library"}', '{}' from generate_series(1, 1500)`,
      [id],
    );
    expect(await events('--user', 'many', '--limit', '2000')).toHaveLength(1_501);
    const some = await cli.run(['events', '--user', 'many', '--limit', '1200', '--json']);
    expect(JSON.parse(some.out).events).toHaveLength(1_200);
    expect(some.err).toBe('There are more than 1200: raise --limit to see them.\n');
    expect((await cli.run(['events', '--user', 'many'])).out.split('\n')).toHaveLength(52);
  });

  it('knows a deleted key by its whole id', async () => {
    const { id, key_prefix } = await create();
    await cli.run(['delete', id]);
    expect(kindsOf(await events('--key', id))).toEqual(['deleted', 'created']);
    expect(await cli.run(['events', '--key', key_prefix])).toEqual({
      code: 1,
      out: '',
      err: `keystamp: there is no key ${key_prefix}\n`,
    });
  });

  it('says so where there is none; standard output stays empty', async () => {
    const none = { code: 0, out: '', err: 'No events found.\n' };
    expect(await cli.run(['events', '--user', 'nobody'])).toEqual(none);
  });

  it.each([
    [['--kind', 'used'], 'Allowed choices'],
    [['--since', 'soon'], '--since: expected a duration like 7d, a day like'],
    [['--until', '2026-02-30'], '--until: expected a duration like 7d'],
    [['--limit', '0'], '--limit: expected'],
    [['--key', 'x'], 'id: expected the first 4'],
    [['--user', 'nobody@example.com'], 'no user has the address'],
  ])('%j is refused', async (args, message) => {
    const { code, out, err } = await cli.run(['events', ...args]);
    const expected = message.startsWith('no user') ? 1 : 2;
    expect([code, out, err]).toEqual([expected, '', expect.stringContaining(message)]);
  });
});
