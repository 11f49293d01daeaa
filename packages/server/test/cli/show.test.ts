import { userInfo } from 'node:os';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isoDay } from '../../src/cli/iso-day.js';
import { type CliGround, createCliGround } from '../support/cli-ground.js';

const ACCOUNT = userInfo().username;

let cli: CliGround;

beforeAll(async () => {
  cli = await createCliGround();
});
afterAll(() => cli.drop());

interface Info {
  readonly id: string;
  readonly key_prefix: string;
  readonly created_at: string;
}

async function create(...args: string[]): Promise<{ api_key: string; info: Info }> {
  const all = ['create', '--user', 's', '--name', 'export', '--json', ...args];
  return JSON.parse((await cli.run(all)).out);
}

async function rotate(id: string): Promise<{ api_key: string; info: Info }> {
  return JSON.parse((await cli.run(['rotate', id, '--json'])).out);
}

async function show(id: string): Promise<string> {
  const { code, out, err } = await cli.run(['show', id]);
  expect([code, err]).toEqual([0, '']);
  return out;
}

describe('keystamp show', () => {
  it('shows all of a key, and its history in sentences', async () => {
    await cli.run(['users', 'add', 'ada@example.com', '--no-password']);
    const { info } = await create(
      ...['--user', 'ada@example.com', '--note', 'first line\nsecond line', '--scope', 'a', 'b'],
      ...['--metadata', 'plan=pro', 'team=billing', '--expires', '2031-01-31T00:00:00Z'],
    );
    await cli.run(['disable', info.id]);
    await cli.ground.database.query(
      `update keystamp.key_events set at = now() - interval '73 hours' where key_id = $1 and kind = 'created'`,
      [info.id],
    );
    const { info: now } = JSON.parse((await cli.run(['show', info.id, '--json'])).out);
    expect(await show(info.key_prefix)).toBe(
      [
        'name      export',
        `prefix    ${info.key_prefix}`,
        `id        ${info.id}`,
        `owner     ada@example.com (id ${now.user_id})`,
        'status    disabled',
        'last use  no use recorded',
        'scopes    a b',
        'note      first line',
        '          second line',
        'metadata  plan=pro team=billing',
        `created   ${info.created_at}`,
        'expires   2031-01-31T00:00:00.000Z',
        `disabled  ${now.disabled_at}`,
        '',
        'History',
        `  Disabled by ${ACCOUNT} at the command line, just now`,
        `  Created by ${ACCOUNT} at the command line, 3 days ago`,
        '',
      ].join('\n'),
    );
  });

  it('prints what HTTP would, as JSON', async () => {
    const { info } = await create();
    const next = await rotate(info.id);
    const shown = JSON.parse((await cli.run(['show', next.info.id, '--json'])).out);
    const { api_keys } = JSON.parse((await cli.run(['list', '--json'])).out);
    const listed = (id: string) => api_keys.find((key: Info) => key.id === id);
    const { events } = JSON.parse((await cli.run(['events', '--key', next.info.id, '--json'])).out);
    expect(shown).toEqual({
      info: listed(next.info.id),
      predecessor: listed(info.id),
      successor: null,
      events,
      tracking_since: expect.any(String),
      restored_at: null,
      as_of: expect.any(String),
    });
    expect(shown.predecessor.successor_id).toBe(next.info.id);
  });

  it('says of a rotated key whether everybody has changed over, from both sides', async () => {
    const { api_key, info } = await create();
    await cli.judge(api_key);
    const next = await rotate(info.id);
    const neither = `Neither was used since ${next.info.key_prefix} was made: this does not say whether everybody has changed over.`;
    expect(await show(info.id)).toContain(neither);
    await cli.judge(next.api_key);
    const unused = `${info.key_prefix} was not used after ${next.info.key_prefix} was made: as far as uses show, everybody has changed over.`;
    expect(await show(info.id)).toContain(unused);
    expect(await show(next.info.id)).toContain(unused);
    await cli.judge(api_key);
    const line = (label: string, one: Info) =>
      `  ${label.padEnd(13)}${one.key_prefix} "export": active, last used just now\n`;
    const used = `  ${info.key_prefix} was used after ${next.info.key_prefix} was made: something may not have changed over yet.\n`;
    expect(await show(info.id)).toContain(
      `Rotation\n${line('this key', info)}${line('successor', next.info)}${used}`,
    );
    expect(await show(next.info.id)).toContain(
      `Rotation\n${line('predecessor', info)}${line('this key', next.info)}${used}`,
    );
  });

  it('names a deleted predecessor by its id', async () => {
    const { info } = await create();
    const next = await rotate(info.id);
    await cli.run(['delete', info.id]);
    expect(await show(next.info.id)).toContain(`  predecessor  ${info.id}: deleted\n`);
    const { out } = await cli.run(['show', next.info.id, '--json']);
    expect(JSON.parse(out)).toMatchObject({ predecessor: null, info: { predecessor_id: info.id } });
  });

  it('shows the newest events, and says that there are more', async () => {
    const { info } = await create();
    await cli.run(['disable', info.id]);
    const { out } = await cli.run(['show', info.id, '--history', '1']);
    expect(out).toContain(
      `History\n  Disabled by ${ACCOUNT} at the command line, just now\n  …and more: keystamp events --key ${info.id}\n`,
    );
  });

  it('K9: shows that a disabled key is presented still', async () => {
    const { info } = await create();
    await cli.ground.database.query(
      `insert into keystamp.key_events (key_id, user_id, kind, actor, detail) values ($1, 's', 'refused', '{"kind": "key"}',
         '{"reason": "disabled", "route": "GET /orders/:id", "network": "192.0.2.0/24"}')`,
      [info.id],
    );
    expect(await show(info.id)).toContain(
      '  Presented from 192.0.2.0/24 to GET /orders/:id and refused (disabled), just now\n',
    );
  });

  it('keeps what came from elsewhere from steering the terminal', async () => {
    const { info } = await create();
    await cli.ground.database.query(
      `update keystamp.api_keys set name = $2, note = $2, metadata = jsonb_build_object('a', $2::text) where id = $1`,
      [info.id, 'a\u001b[2Jb\u202e'],
    );
    const out = await show(info.id);
    expect(out).toContain('a\ufffd[2Jb\ufffd');
    expect(out.includes('\u001b') || out.includes('\u202e')).toBe(false);
  });

  it.each([
    [['x'], 2, 'id: expected the first 4'],
    [['ks_None'], 1, 'there is no key ks_None'],
    [['00000000-0000-4000-8000-000000000000'], 1, 'there is no key'],
    [['ks_None', '--history', '0'], 2, '--history: expected a whole number from 1 to 1000'],
    [['ks_None', '--history', '1001'], 2, '--history: expected'],
  ])('%j fails', async (args, code, message) => {
    const result = await cli.run(['show', ...args]);
    expect([result.code, result.out, result.err]).toEqual([
      code,
      '',
      expect.stringContaining(message),
    ]);
  });
});

it('G10: says from when on the uses of a rotated key are known', async () => {
  const { info } = await create();
  const next = await rotate(info.id);
  await cli.run(['restored', '--at', new Date(Date.now() - 60_000).toISOString()]);
  expect(await show(next.info.id)).toContain(
    `No use of ${info.key_prefix} is recorded since ${isoDay(new Date())}; before that, uses may be missing.`,
  );
});
