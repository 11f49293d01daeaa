import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CliGround, createCliGround } from '../support/cli-ground.js';

const KEY = /^ks_[0-9A-Za-z]{49}\n$/;

let cli: CliGround;

beforeAll(async () => {
  cli = await createCliGround();
});
afterAll(() => cli.drop());

describe('keystamp revoke and rotate', () => {
  async function create(): Promise<{ api_key: string; info: { id: string; key_prefix: string } }> {
    return JSON.parse((await cli.run(['create', '--user', 'r', '--name', 'r', '--json'])).out);
  }

  it('revokes several, and fails where one is missing, after the others', async () => {
    const [one, two] = [await create(), await create()];
    const missing = '00000000-0000-4000-8000-000000000000';
    const { code, out, err } = await cli.run(['revoke', one.info.id, missing, two.info.id]);
    expect(code).toBe(1);
    expect(err).toContain(`there is no key ${missing}`);
    expect(out).toBe(
      [one, two].map(({ info }) => `revoked ${info.key_prefix} "r" (no use recorded)\n`).join(''),
    );
    expect([await cli.judge(one.api_key), await cli.judge(two.api_key)]).toEqual([
      'revoked',
      'revoked',
    ]);
  });

  it('rotates, with and without grace', async () => {
    const [one, two] = [await create(), await create()];
    const cut = await cli.run(['rotate', one.info.id]);
    expect(cut.out).toMatch(KEY);
    expect([await cli.judge(one.api_key), await cli.judge(cut.out.trim())]).toEqual([
      'expired',
      null,
    ]);
    const kept = await cli.run(['rotate', two.info.id, '--grace', '12h', '--json']);
    const successor = JSON.parse(kept.out).api_key;
    expect([await cli.judge(two.api_key), await cli.judge(successor)]).toEqual([null, null]);
  });

  it.each([
    [['revoke'], 2, 'missing required argument'],
    [['revoke', 'x'], 2, 'id: expected a UUID'],
    [['rotate', '00000000-0000-4000-8000-000000000000'], 1, 'there is no key'],
    [['rotate', '00000000-0000-4000-8000-000000000000', '--grace', '1'], 2, '--grace: expected'],
    [
      ['rotate', '00000000-0000-4000-8000-000000000000', '--grace', '31d'],
      2,
      'grace_seconds: expected',
    ],
  ])('%j fails', async (args, code, message) => {
    const result = await cli.run(args);
    expect([result.code, result.err]).toEqual([code, expect.stringContaining(message)]);
  });
});
