import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isoDay } from '../../src/cli/iso-day.js';
import { type CliGround, createCliGround } from '../support/cli-ground.js';

let cli: CliGround;

beforeAll(async () => {
  cli = await createCliGround();
});
afterAll(() => cli.drop());

async function create(): Promise<{ api_key: string; info: { id: string; key_prefix: string } }> {
  return JSON.parse((await cli.run(['create', '--user', 'r', '--name', 'r', '--json'])).out);
}

describe('keystamp disable and enable', () => {
  it('stops keys, and takes it back, with an audit line each', async () => {
    const [one, two] = [await create(), await create()];
    const stopped = await cli.run(['disable', one.info.id, two.info.id]);
    expect([stopped.code, stopped.out]).toEqual([
      0,
      [one, two].map(({ info }) => `disabled ${info.key_prefix} "r" (no use recorded)\n`).join(''),
    ]);
    const lines = stopped.err.trim().split('\n');
    expect(lines.map((line) => JSON.parse(line))).toMatchObject(
      [one, two].map(({ info }) => ({ audit: true, key: info.id, msg: 'API key disabled' })),
    );
    expect(await cli.judge(one.api_key)).toBe('disabled');
    const again = await cli.run(['enable', '-'], { stdin: `${one.info.id}\n${two.info.id}\n` });
    expect([again.code, again.out]).toEqual([0, stopped.out.replaceAll('disabled', 'enabled')]);
    expect(again.err).toContain('"msg":"API key enabled"');
    expect(await cli.judge(one.api_key)).toBeNull();
  });

  it('says where a key was so already: no failure, and no audit line', async () => {
    const { info } = await create();
    expect(await cli.run(['enable', info.id])).toEqual({
      code: 0,
      out: `${info.key_prefix} "r" was not disabled\n`,
      err: '',
    });
    await cli.run(['disable', info.id]);
    expect(await cli.run(['disable', info.id])).toEqual({
      code: 0,
      out: `${info.key_prefix} "r" was disabled already on ${isoDay(new Date())}\n`,
      err: '',
    });
  });

  it('prints the keys as JSON', async () => {
    const { info } = await create();
    const { api_keys } = JSON.parse((await cli.run(['disable', info.id, '--json'])).out);
    expect(api_keys).toMatchObject([{ id: info.id, status: 'disabled', is_active: false }]);
    const enabled = JSON.parse((await cli.run(['enable', info.id, '--json'])).out);
    expect(enabled.api_keys).toMatchObject([{ id: info.id, status: 'active', is_active: true }]);
  });

  it.each(['disable', 'enable'])(
    '%s: fails for a revoked key, after the others',
    async (command) => {
      const [revoked, other] = [await create(), await create()];
      await cli.run(['revoke', revoked.info.id]);
      if (command === 'enable') await cli.run(['disable', other.info.id]);
      const { code, out, err } = await cli.run([command, revoked.info.id, other.info.id]);
      expect([code, out]).toEqual([
        1,
        `${command}d ${other.info.key_prefix} "r" (no use recorded)\n`,
      ]);
      expect(err).toContain(
        `keystamp: ${revoked.info.id}: The key is revoked; it stays as it is.\n`,
      );
    },
  );

  it('asks nothing at a terminal: it can be taken back', async () => {
    const { api_key, info } = await create();
    expect(await cli.judge(api_key)).toBeNull();
    const terminal = { stdinIsTerminal: true, errIsTerminal: true };
    expect((await cli.run(['disable', info.id], terminal)).code).toBe(0);
    expect(await cli.judge(api_key)).toBe('disabled');
  });

  it('a disabled key is not rotated', async () => {
    const { info } = await create();
    await cli.run(['disable', info.id]);
    const { code, out, err } = await cli.run(['rotate', info.id]);
    expect([code, out]).toEqual([1, '']);
    expect(err).toContain('The key is disabled; enable it first, or make a new key.');
  });
});
