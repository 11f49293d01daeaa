import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CliGround, createCliGround } from '../support/cli-ground.js';

let cli: CliGround;

beforeAll(async () => {
  cli = await createCliGround();
});
afterAll(() => cli.drop());

async function create(): Promise<{ api_key: string; info: { id: string; key_prefix: string } }> {
  return JSON.parse((await cli.run(['create', '--user', 'd', '--name', 'd', '--json'])).out);
}

describe('keystamp delete', () => {
  it('deletes the record, with an audit line', async () => {
    const { api_key, info } = await create();
    const { code, out, err } = await cli.run(['delete', info.id]);
    expect([code, out]).toEqual([0, `deleted ${info.key_prefix} "d" (no use recorded)\n`]);
    expect(JSON.parse(err)).toMatchObject({ audit: true, key: info.id, msg: 'API key deleted' });
    expect(await cli.judge(api_key)).toBe('unknown');
  });

  it('asks at a terminal, with the last use, and leaves the key where the answer is no', async () => {
    const { api_key, info } = await create();
    await cli.judge(api_key);
    const terminal = { stdinIsTerminal: true, errIsTerminal: true };
    const no = await cli.run(['delete', info.id], { ...terminal, stdin: 'n\n' });
    expect([no.code, no.out]).toEqual([1, '']);
    expect(no.err).toContain(
      `  ${info.key_prefix} "d": Used just now: what uses it will stop working.\nNot sure? "keystamp disable" stops a key too, and "keystamp enable" takes that back.\nDelete this key, for good? [y/N]`,
    );
    expect(await cli.judge(api_key)).toBeNull();
    const yes = await cli.run(['delete', info.id], { ...terminal, stdin: 'yes\n' });
    expect(yes.code).toBe(0);
    expect(await cli.judge(api_key)).toBe('unknown');
    const other = await create();
    const told = await cli.run(['delete', other.info.id, '--yes', '--json'], terminal);
    expect(JSON.parse(told.out)).toEqual({
      info: other.info,
      as_of: expect.any(String),
    });
  });

  it('asks once about several, and deletes none where the answer is no', async () => {
    const [one, two] = [await create(), await create()];
    const terminal = { stdinIsTerminal: true, errIsTerminal: true, stdin: 'no\n' };
    const { code, out, err } = await cli.run(['delete', one.info.id, two.info.id], terminal);
    expect([code, out]).toEqual([1, '']);
    for (const { info } of [one, two])
      expect(err).toContain(
        `  ${info.key_prefix} "d": No use recorded since it was created just now.`,
      );
    expect(err).toContain('Delete these 2 keys, for good? [y/N] keystamp: nothing was changed\n');
    expect([await cli.judge(one.api_key), await cli.judge(two.api_key)]).toEqual([null, null]);
  });

  it('asks for the number of 20 keys and more, and says how many of them are in use', async () => {
    const keys = [];
    for (let n = 0; n < 21; n++) keys.push(await create());
    await cli.judge(keys[0]?.api_key ?? '');
    const ids = keys.map(({ info }) => info.id);
    const terminal = { stdinIsTerminal: true, errIsTerminal: true };
    for (const stdin of ['y\n', '20\n', '\n', '']) {
      const { code, err } = await cli.run(['delete', ...ids], { ...terminal, stdin });
      expect(code).toBe(1);
      expect(err).toContain(
        '  …and 1 more. Of all: 1 used within 24 hours, 20 without a recorded use\n',
      );
      expect(err).toContain(
        'Delete these 21 keys, for good? Type the number of keys to go on: keystamp: nothing was changed\n',
      );
    }
    const { code, out } = await cli.run(['delete', ...ids], { ...terminal, stdin: ' 21\n' });
    expect([code, out.trim().split('\n').length]).toEqual([0, 21]);
  });

  it('deletes those that standard input names, and fails where one is missing, after the others', async () => {
    const [one, two] = [await create(), await create()];
    const missing = '00000000-0000-4000-8000-000000000000';
    const stdin = `\ufeff${one.info.id}\r\n\n${missing} ${two.info.id}\n`;
    const { code, out, err } = await cli.run(['delete', '-', '--json'], { stdin });
    expect(code).toBe(1);
    const told = out.trim().split('\n');
    expect(told.map((each) => JSON.parse(each).info)).toEqual([one.info, two.info]);
    expect(err).toContain(`there is no key ${missing}`);
  });

  it.each([
    [['delete', 'x'], 2, 'id: expected the first 4'],
    [['delete', '00000000-0000-4000-8000-000000000000'], 1, 'there is no key'],
  ])('%j fails', async (args, code, message) => {
    const result = await cli.run(args);
    expect([result.code, result.err]).toEqual([code, expect.stringContaining(message)]);
  });
});
