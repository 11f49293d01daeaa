import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CliGround, createCliGround } from '../support/cli-ground.js';

let cli: CliGround;

beforeAll(async () => {
  cli = await createCliGround();
});
afterAll(() => cli.drop());

interface Created {
  readonly api_key: string;
  readonly info: { readonly id: string };
}

/** A key whose prefix and id are known. */
async function create(id: string, prefix: string): Promise<Created> {
  const { out } = await cli.run(['create', '--user', 'n', '--name', prefix, '--json']);
  const created: Created = JSON.parse(out);
  await cli.ground.database.query(
    'update keystamp.api_keys set id = $2, key_prefix = $3 where id = $1',
    [created.info.id, id, prefix],
  );
  return { api_key: created.api_key, info: { id } };
}

/** Each command that takes an id changes or shows the key. */
const COMMANDS = ['show', 'edit', 'disable', 'enable', 'revoke', 'rotate', 'delete'];
const OPTIONS: Readonly<Record<string, string[]>> = { edit: ['--name', 'edited'] };
const runs = (command: string, ...names: string[]) =>
  cli.run([command, ...names, ...(OPTIONS[command] ?? [])]);

describe('a key named by the beginning of its id or prefix', () => {
  it.each(COMMANDS)('%s takes it', async (command) => {
    const at = COMMANDS.indexOf(command);
    const byPrefix = await create(`0${at}aa1111-2222-4333-8444-555566667777`, `ks_P${at}xyzw`);
    const byId = await create(`1${at}aa1111-2222-4333-8444-555566667777`, `ks_I${at}xyzw`);
    for (const [name, { info }] of [
      [`ks_P${at}`, byPrefix],
      [`1${at}aa`, byId],
    ] as const) {
      const { code, out, err } = await runs(command, name, '--json');
      expect([code, `${out}${err}`]).toEqual([0, expect.stringContaining(info.id)]);
    }
  });

  it.each(COMMANDS)('%s: an ambiguous one lists the keys, and changes nothing', async (command) => {
    const at = COMMANDS.indexOf(command);
    const one = await create(`2${at}aa1111-2222-4333-8444-555566667777`, `ks_A${at}xyz1`);
    const two = await create(`3${at}aa1111-2222-4333-8444-555566667777`, `ks_A${at}xyz2`);
    const takesOne = ['show', 'edit', 'rotate'].includes(command);
    const names = takesOne ? [`ks_A${at}`] : [one.info.id, `ks_A${at}`];
    expect(await runs(command, ...names)).toEqual({
      code: 1,
      out: '',
      err: [
        `keystamp: 2 keys begin with ks_A${at}; give more characters:`,
        `  ${two.info.id}  ks_A${at}xyz2 "ks_A${at}xyz2"`,
        `  ${one.info.id}  ks_A${at}xyz1 "ks_A${at}xyz1"`,
        '',
      ].join('\n'),
    });
    expect([await cli.judge(one.api_key), await cli.judge(two.api_key)]).toEqual([null, null]);
  });

  it.each(COMMANDS)('%s: one that no key has is missing', async (command) => {
    const { code, out, err } = await runs(command, 'ks_None');
    expect([code, out]).toEqual([1, '']);
    expect(err).toBe('keystamp: there is no key ks_None\n');
  });

  it.each(COMMANDS)('K1: %s does not repeat a key that is given for an id', async (command) => {
    const { out: apiKey } = await cli.run(['create', '--user', 'n', '--name', 'k']);
    expect(await runs(command, apiKey.trim())).toEqual({
      code: 2,
      out: '',
      err: 'keystamp: id: expected a text, not an API key\n',
    });
    expect(await cli.judge(apiKey.trim())).toBeNull();
  });
});
