import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CliGround, createCliGround } from '../support/cli-ground.js';

let cli: CliGround;

beforeAll(async () => {
  cli = await createCliGround();
  await cli.run(['users', 'add', 'ada@example.com', '--no-password']);
});
afterAll(() => cli.drop());

interface Created {
  readonly api_key: string;
  readonly info: { readonly id: string; readonly key_prefix: string };
}

async function create(): Promise<Created> {
  const args = ['create', '--user', 'ada@example.com', '--name', 'export', '--json'];
  return JSON.parse((await cli.run(args)).out);
}

describe('keystamp whose', () => {
  it('says whose the key on standard input is, its status and its last use', async () => {
    const { api_key, info } = await create();
    const asked = () => cli.run(['whose'], { stdin: `${api_key}\n` });
    const answer = (status: string, use: string) => ({
      code: 0,
      out: `${info.key_prefix} "export" of ada@example.com: ${status}, ${use}\nid ${info.id}\n`,
      err: '',
    });
    expect(await asked()).toEqual(answer('active', 'no use recorded'));
    await cli.judge(api_key);
    expect(await asked()).toEqual(answer('active', 'last used just now'));
    await cli.run(['disable', info.id]);
    expect(await asked()).toEqual(answer('disabled', 'last used just now'));
    await cli.run(['revoke', info.id]);
    expect(await asked()).toEqual(answer('revoked', 'last used just now'));
  });

  it('is no use of the key, and no event of its history', async () => {
    const { api_key, info } = await create();
    await cli.run(['disable', info.id]);
    const stdin = `  ${api_key}\r\n`;
    const { out } = await cli.run(['whose', '--json'], { stdin });
    const { api_keys } = JSON.parse((await cli.run(['list', '--json'])).out);
    const listed = api_keys.find((key: { id: string }) => key.id === info.id);
    expect(JSON.parse(out)).toEqual({ info: listed, as_of: expect.any(String) });
    expect(listed).toMatchObject({ last_used_at: null, status: 'disabled' });
    const { events } = JSON.parse((await cli.run(['events', '--key', info.id, '--json'])).out);
    expect(events.map(({ kind }: { kind: string }) => kind)).toEqual(['disabled', 'created']);
  });

  it('knows a key that was imported by its hash', async () => {
    const text = 'an old key of another shape';
    const key_hash = createHash('sha256').update(text).digest('hex');
    const line = JSON.stringify({ key_hash, user_id: 'old', name: 'imported' });
    await cli.run(['import', '-'], { stdin: line });
    const { code, out } = await cli.run(['whose'], { stdin: text });
    expect([code, out]).toEqual([0, expect.stringContaining('"imported" of old: active')]);
  });

  it('K1: an unknown key ends with 1, and is not repeated', async () => {
    const { api_key, info } = await create();
    await cli.run(['delete', info.id]);
    for (const [stdin, hint] of [
      [api_key, 'it is deleted, or of another database'],
      [api_key.slice(0, -1), 'its checksum is wrong'],
    ] as const) {
      const { code, out, err } = await cli.run(['whose'], { stdin });
      expect([code, out]).toEqual([1, '']);
      expect(err).toContain(`keystamp: no key has this text: ${hint}`);
      expect(err).not.toContain(stdin);
    }
  });

  it('K1: takes no key as an argument, and does not repeat it', async () => {
    const { api_key } = await create();
    const { code, out, err } = await cli.run(['whose', api_key]);
    expect([code, out, err.includes(api_key)]).toEqual([2, '', false]);
    expect(err).toContain('too many arguments');
  });

  it.each(['', '\n', '  \n'])('needs a key: %j', async (stdin) => {
    expect(await cli.run(['whose'], { stdin })).toEqual({
      code: 1,
      out: '',
      err: 'keystamp: no key: expected it as the first line of standard input\n',
    });
  });
});
