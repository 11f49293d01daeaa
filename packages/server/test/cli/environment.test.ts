import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDatabase } from 'keystamp/database';
import { afterAll, describe, expect, it } from 'vitest';
import { keystamp } from '../support/cli.js';

const folder = mkdtempSync(join(tmpdir(), 'keystamp-cli-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function linesOf(err: string): string[] {
  return err.split('\n').filter((line) => line.startsWith('keystamp: '));
}

// Each command starts the embedded database anew, which takes seconds on a busy machine.
const PATIENCE_MS = 120_000;

describe('the command line opens what the environment names', () => {
  it(
    'KEYSTAMP_DATA_DIR: keys stay from one command to the next; a folder in use is shared',
    async () => {
      const dataDir = join(folder, 'data');
      const env = { KEYSTAMP_DATA_DIR: dataDir };
      expect((await keystamp(['migrate', 'up'], { env })).code).toBe(0);
      const args = ['create', '--user', '7', '--name', 'kept'];
      expect((await keystamp(args, { env: { ...env, KEYSTAMP_KEY_LABEL: 'acme' } })).out).toMatch(
        /^acme_/,
      );
      const listed = await keystamp(['list', '--json'], { env });
      expect(JSON.parse(listed.out).api_keys).toMatchObject([{ name: 'kept' }]);

      const holder = await openDatabase(undefined, { dataDir });
      const beside = await keystamp(['list', '--json'], { env });
      await holder.end();
      expect([beside.code, beside.err]).toEqual([0, '']);
      expect(JSON.parse(beside.out).api_keys).toMatchObject([{ name: 'kept' }]);
    },
    PATIENCE_MS,
  );

  it.each([
    ['list'],
    ['create', '--user', '7', '--name', 'x'],
    ['import', '-'],
    ['users', 'add', 'ada@example.com', '--no-password'],
    ['users', 'list'],
    ['revoke', '00000000-0000-4000-8000-000000000000'],
    ['migrate', 'status'],
    ['migrate', 'down'],
  ])('keystamp %s, in a folder without a database: says so and makes none', async (...args) => {
    const dataDir = join(folder, 'empty');
    const { code, out, err } = await keystamp(args, { env: { KEYSTAMP_DATA_DIR: dataDir } });
    expect([code, out]).toEqual([1, '']);
    expect(err).toBe(
      `keystamp: There is no embedded database in ${dataDir}: ` +
        'set KEYSTAMP_DATA_DIR to its folder, or make one with "keystamp migrate up"\n',
    );
    expect(existsSync(dataDir)).toBe(false);
  });

  it('DATABASE_URL: out of reach is one line, without the password', async () => {
    const env = { DATABASE_URL: 'postgres://ada:hunter2@127.0.0.1:9/none' };
    const { code, err } = await keystamp(['list'], { env });
    expect(code).toBe(1);
    expect(err).toBe('keystamp: the database is out of reach: connect ECONNREFUSED 127.0.0.1:9\n');
  });

  it.each([
    ['DATABASE_URL', {}],
    ['LISTEN_DATABASE_URL', { DATABASE_URL: 'postgres://127.0.0.1:9/none' }],
  ])(
    '%s: a file that it names and that is not there is one line, without the password',
    async (name, beside) => {
      const url = 'postgres://ada:hunter2@127.0.0.1:9/none?sslrootcert=/nowhere/ca.pem';
      const { code, err } = await keystamp(['list'], { env: { ...beside, [name]: url } });
      expect([code, err]).toEqual([
        1,
        `keystamp: ${name}: the value is not shown, expected sslrootcert=/nowhere/ca.pem to be a file that can be read; ENOENT\n`,
      ]);
    },
  );

  it('warns of a variable that is not known', async () => {
    const env = { KEYSTAMP_DATA_DIR: join(folder, 'empty'), KEYSTAMP_LOGLEVEL: 'debug' };
    const { err } = await keystamp(['list'], { env });
    expect(linesOf(err)[0]).toBe(
      'keystamp: warning: KEYSTAMP_LOGLEVEL is no variable of Keystamp and is not read. Is KEYSTAMP_LOG_LEVEL meant?',
    );
  });

  it('names each wrong variable in a line, and opens nothing', async () => {
    const env = {
      KEYSTAMP_DATA_DIR: join(folder, 'never'),
      KEYSTAMP_KEY_LABEL: 'Not A Label',
      KEYSTAMP_PORT: '99999',
    };
    const { code, err } = await keystamp(['list'], { env });
    expect(code).toBe(1);
    expect(err).toMatch(/^keystamp: KEYSTAMP_PORT: .*\nkeystamp: KEYSTAMP_KEY_LABEL: .*\n$/);
  });
});
