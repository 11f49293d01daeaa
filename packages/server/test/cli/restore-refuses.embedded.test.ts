import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { until } from '@keystamp/testing/until';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { keystamp } from '../support/cli.js';
import { startCommand } from '../support/command-process.js';

const folder = mkdtempSync(join(tmpdir(), 'keystamp-refused-'));
const place = (name: string) => join(folder, name);
const source = { KEYSTAMP_DATA_DIR: place('source') };
const target = { KEYSTAMP_DATA_DIR: place('target') };
let packed: Buffer;
let lines: string[];

beforeAll(async () => {
  await keystamp(['migrate', 'up'], { env: source });
  await keystamp(['create', '--user', 'ada', '--name', 'CI'], { env: source });
  const { code, err } = await keystamp(['backup', place('good')], { env: source });
  expect(code, err).toBe(0);
  packed = readFileSync(place('good'));
  lines = gunzipSync(packed).toString().trimEnd().split('\n');
}, 120_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A file as somebody changed it, whose checksum is right again. */
function signed(changed: readonly string[]): string {
  const text = changed.map((line) => `${line}\n`).join('');
  const sha256 = createHash('sha256').update(text).digest('hex');
  return `${text}${JSON.stringify({ type: 'end', sha256 })}\n`;
}

const edited = (change: (header: Record<string, unknown>) => object) => {
  const [first = '', ...rest] = lines.slice(0, -1);
  return signed([JSON.stringify(change(JSON.parse(first))), ...rest]);
};

/** Refuses it as a file, and leaves the folder without a database; gives the reason. */
async function refused(content: Uint8Array | string, args = ['restore', place('file')]) {
  writeFileSync(place('file'), content);
  const { code, out, err } = await keystamp(args, { env: target, stdin: content });
  expect([code, out, err]).toEqual([1, '', expect.stringContaining('Nothing was changed.')]);
  const left = existsSync(target.KEYSTAMP_DATA_DIR) ? readdirSync(target.KEYSTAMP_DATA_DIR) : [];
  expect(left).toEqual([]);
  return err;
}

describe('keystamp restore refuses', { timeout: 240_000 }, () => {
  it('K11 a file that was cut, at whatever place', async () => {
    for (const share of [0, 0.3, 0.9]) {
      await refused(packed.subarray(0, Math.floor(packed.length * share)));
    }
    expect(
      await refused(
        lines
          .slice(0, -1)
          .map((line) => `${line}\n`)
          .join(''),
      ),
    ).toContain('it is cut short');
  });

  it('K11 a file that was changed, also where its packing is right', async () => {
    const flipped = Buffer.from(packed);
    flipped[flipped.length >> 1] = (flipped[flipped.length >> 1] ?? 0) ^ 1;
    await refused(flipped);
    const text = lines.map((line) => `${line}\n`).join('');
    const changed = gzipSync(text.replace('"CI"', '"CD"'));
    expect(await refused(changed)).toContain('it is damaged');
    // Standard input is read once: all of it is restored already when the end shows the damage.
    expect(await refused(changed, ['restore', '-'])).toContain('standard input cannot be restored');
    expect(await refused(`${text}[]\n`)).toContain('it is damaged');
  });

  it('a file of a newer Keystamp', async () => {
    const newer = edited((header) => ({ ...header, version: 2, keystamp: '9.1.0' }));
    expect(await refused(newer)).toContain('it was made by a newer Keystamp (9.1.0)');
    const migrated = edited((header) => ({
      ...header,
      migrations: [...(header['migrations'] as string[]), '999999_of_the_future'],
    }));
    expect(await refused(migrated)).toContain('999999_of_the_future');
    const column = edited((header) => {
      const [users, ...tables] = header['tables'] as { columns: object }[];
      return {
        ...header,
        tables: [{ ...users, columns: { ...users?.columns, x: 'text' } }, ...tables],
      };
    });
    expect(await refused(column)).toContain('users.x');
  });

  it('another kind of file, and one that is not there', async () => {
    expect(await refused('Hello\n')).toContain('it is not a backup of Keystamp');
    expect(await refused('{"type":"keystamp-export","version":1}\n')).toContain('keystamp import');
    const { code, err } = await keystamp(['restore', place('nowhere')], { env: target });
    expect([code, err]).toEqual([1, expect.stringContaining('nowhere cannot be read: ENOENT')]);
  });

  it('K11 a folder with keys, which it leaves as it is', async () => {
    const before = (await keystamp(['export'], { env: source })).out.split('\n').slice(1);
    const { code, err } = await keystamp(['restore', place('good')], { env: source });
    expect([code, err]).toEqual([1, expect.stringContaining('a database with 1 keys and 1 users')]);
    const after = (await keystamp(['export'], { env: source })).out.split('\n').slice(1);
    expect(after).toEqual(before);
    expect(readdirSync(source.KEYSTAMP_DATA_DIR)).toEqual(['postgres']);
  });

  it('PostgreSQL, with what to do there', async () => {
    const env = { DATABASE_URL: 'postgres://127.0.0.1:9/none' };
    const restore = await keystamp(['restore', place('good')], { env });
    expect([restore.code, restore.err]).toEqual([1, expect.stringContaining('pg_restore')]);
    const backup = await keystamp(['backup', place('new')], { env });
    expect([backup.code, backup.err]).toEqual([1, expect.stringContaining('pg_dump')]);
    expect(existsSync(place('new'))).toBe(false);
  });
});

describe('keystamp restore', { timeout: 240_000 }, () => {
  it('takes the place of a database without keys and users', async () => {
    const env = { KEYSTAMP_DATA_DIR: place('unused') };
    await keystamp(['migrate', 'up'], { env });
    const { code, err } = await keystamp(['restore', place('good')], { env });
    expect(code, err).toBe(0);
    expect((await keystamp(['list'], { env })).out).toContain('CI');
    expect(readdirSync(env.KEYSTAMP_DATA_DIR)).toEqual(['postgres']);
  });

  it('G10 books the uses after the backup as missing, unless its server was stopped', async () => {
    const restoredAt = async (name: string, args: string[]) => {
      const env = { KEYSTAMP_DATA_DIR: place(name) };
      await keystamp(['restore', ...args, place('good')], { env });
      return JSON.parse((await keystamp(['list', '--json'], { env })).out).restored_at;
    };
    expect(await restoredAt('with-gap', [])).toMatch(/^\d{4}-/);
    expect(await restoredAt('without-gap', ['--no-gap'])).toBeNull();
  });

  it('G10 what a killed restore leaves is not opened', async () => {
    const env = { KEYSTAMP_DATA_DIR: place('part') };
    mkdirSync(join(env.KEYSTAMP_DATA_DIR, 'restoring'), { recursive: true, mode: 0o700 });
    const { code, err } = await keystamp(['migrate', 'up'], { env });
    expect([code, err]).toEqual([1, expect.stringContaining('has not finished')]);
    expect(readdirSync(env.KEYSTAMP_DATA_DIR)).toEqual(['restoring']);
  });

  it('brings a backup of an older schema up to date', async () => {
    const env = { KEYSTAMP_DATA_DIR: place('older') };
    await keystamp(['migrate', 'up', '--to', '16'], { env });
    const made = await keystamp(['backup', place('old')], { env });
    expect(made.code, made.err).toBe(0);
    const [header = ''] = gunzipSync(readFileSync(place('old')))
      .toString()
      .split('\n');
    expect(JSON.parse(header).migrations).toHaveLength(16);
    const again = { KEYSTAMP_DATA_DIR: place('newer') };
    const { code, err } = await keystamp(['restore', place('old')], { env: again });
    expect(code, err).toBe(0);
    const { out } = await keystamp(['migrate', 'status', '--json'], { env: again });
    const states = JSON.parse(out).migrations as { applied_at: string | null }[];
    expect(states.every(({ applied_at }) => applied_at !== null)).toBe(true);
  });

  it('G10 is killed in the middle: no server takes the rest for a database, and the next restore works', async () => {
    const env = { KEYSTAMP_DATA_DIR: place('killed') };
    mkdirSync(env.KEYSTAMP_DATA_DIR, { mode: 0o700 });
    const { child, ended } = startCommand(['restore', place('good')], env);
    await until(() => existsSync(join(env.KEYSTAMP_DATA_DIR, 'restoring')), { timeoutMs: 100_000 });
    child.kill('SIGKILL');
    expect(await ended).toBe('SIGKILL');
    expect(existsSync(join(env.KEYSTAMP_DATA_DIR, 'postgres'))).toBe(false);
    for (const args of [['list'], ['migrate', 'up']]) {
      const { err } = await keystamp(args, { env });
      expect(err).toContain('has not finished: run "keystamp restore" with the file again');
    }
    expect(await startCommand(['serve'], env).ended).toBe(1);
    expect(existsSync(join(env.KEYSTAMP_DATA_DIR, 'postgres'))).toBe(false);
    const { code, err } = await keystamp(['restore', place('good')], { env });
    expect(code, err).toBe(0);
    expect((await keystamp(['list'], { env })).out).toContain('CI');
  });
});
