import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  watch,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { openDatabase } from 'keystamp/database';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MOVED_TABLES } from '../../src/transfer/moved-tables.js';
import { keystamp } from '../support/cli.js';
import { startCommand } from '../support/command-process.js';
import { fillDatabase, type Verdicts } from '../support/full-database.js';
import { type ServerProcess, startServerProcess } from '../support/server-process.js';

const folder = mkdtempSync(join(tmpdir(), 'keystamp-backup-'));
const place = (name: string) => join(folder, name);
const env = { KEYSTAMP_DATA_DIR: place('data') };
const PASSWORD = 'correct horse battery staple';
let verdicts: Verdicts;
let server: ServerProcess;

beforeAll(async () => {
  await keystamp(['migrate', 'up'], { env });
  const database = await openDatabase(undefined, { dataDir: env.KEYSTAMP_DATA_DIR });
  verdicts = await fillDatabase(database);
  await database.end();
  server = await startServerProcess(env);
  await server.ready();
  await run(['users', 'add', 'ben@example.com'], { stdin: `${PASSWORD}\n` });
}, 180_000);
afterAll(async () => {
  await server.kill();
  rmSync(folder, { recursive: true, force: true });
});

async function run(args: string[], more: Parameters<typeof keystamp>[1] = {}): Promise<string> {
  const { code, out, err } = await keystamp(args, { env, ...more });
  expect(code, `${args.join(' ')}: ${err}`).toBe(0);
  return out;
}

/** All rows that a backup has, as texts. */
async function rowsIn(dataDir: string): Promise<Record<string, unknown[]>> {
  const database = await openDatabase(undefined, { dataDir, share: true });
  const all: Record<string, unknown[]> = {};
  for (const { name, columns } of MOVED_TABLES) {
    const texts = Object.keys(columns).map((column) => `${column}::text`);
    const { rows } = await database.query(
      `select ${texts.join(', ')} from keystamp.${name} order by 1, 2`,
    );
    all[name] = rows;
  }
  await database.end();
  return all;
}

const statusOf = async (url: string, apiKey: string) =>
  (await fetch(`${url}/verify`, { headers: { 'X-API-Key': apiKey } })).status;

const namesIn = (path: string) => readdirSync(path).filter((name) => name !== 'data');

describe('keystamp backup, beside the running server', { timeout: 240_000 }, () => {
  it('K11 restores everything as it was: rows, verdicts, last uses, history, passwords', async () => {
    const file = place('whole');
    const out = await run(['backup', file]);
    expect(out).toMatch(/^Backed up 5 users, 1 accounts of providers, 7 keys, 13 events /);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const before = await rowsIn(env.KEYSTAMP_DATA_DIR);

    const again = { KEYSTAMP_DATA_DIR: place('restored') };
    const restored = await run(['restore', '--no-gap', file], { env: again });
    expect(restored).toMatch(/^Restored 5 users, 1 accounts of providers, 7 keys, 13 events /);
    expect(await rowsIn(again.KEYSTAMP_DATA_DIR)).toEqual(before);
    expect(namesIn(again.KEYSTAMP_DATA_DIR)).toEqual(['postgres']);

    const second = await startServerProcess(again);
    await second.ready();
    for (const [apiKey, verdict] of Object.entries(verdicts)) {
      expect(await statusOf(second.url, apiKey)).toBe(verdict === null ? 204 : 401);
    }
    const signIn = await fetch(`${second.url}/api/auth/login`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Origin: second.url },
      body: JSON.stringify({ email: 'ben@example.com', password: PASSWORD }),
    });
    expect(signIn.status).toBe(200);
    // The history goes on behind what was restored.
    await run(['create', '--user', 'ada', '--name', 'afterwards'], { env: again });
    const { events } = JSON.parse(await run(['events', '--json', '--limit', '1'], { env: again }));
    expect(events).toMatchObject([{ kind: 'created', user_id: 'ada' }]);
    await second.kill();
  });

  it('K11 is one moment of the database, and known keys are served, while keys are made and revoked', async () => {
    const [known = ''] = Object.keys(verdicts);
    expect(await statusOf(server.url, known)).toBe(204);
    const file = place('busy');
    let isOver = false;
    const statuses = new Set<number>();
    const use = async () => {
      while (!isOver) statuses.add(await statusOf(server.url, known));
    };
    const change = async () => {
      const database = await openDatabase(undefined, {
        dataDir: env.KEYSTAMP_DATA_DIR,
        share: true,
      });
      for (let n = 0; !isOver; n += 1) {
        const args = [`busy ${n}`, '', `busy-${n}`];
        await database.query(
          `insert into keystamp.api_keys (user_id, name, key_prefix, key_hash) values ('ada', $1, $2, sha256($3::bytea))`,
          args,
        );
        await database.query(`update keystamp.api_keys set revoked_at = now() where name = $1`, [
          `busy ${n}`,
        ]);
      }
      await database.end();
    };
    const work = Promise.all([use(), change()]);
    const { ended } = startCommand(['backup', file], env);
    expect(await ended).toBe(0);
    isOver = true;
    await work;
    expect([...statuses]).toEqual([204]);

    const again = { KEYSTAMP_DATA_DIR: place('restored-busy') };
    await run(['restore', file], { env: again });
    const { api_keys: keys, key_events: events } = await rowsIn(again.KEYSTAMP_DATA_DIR);
    const ofKind = (kind: string) =>
      new Set(
        (events as { kind: string; key_id: string }[])
          .filter((event) => event.kind === kind)
          .map((event) => event.key_id),
      );
    const [created, revoked] = [ofKind('created'), ofKind('revoked')];
    const busy = (keys as { id: string; name: string; revoked_at: string | null }[]).filter(
      ({ name }) => name.startsWith('busy '),
    );
    for (const { id, revoked_at } of busy) {
      expect([created.has(id), revoked.has(id)]).toEqual([true, revoked_at !== null]);
    }
  });

  it('G10 books what is missing after the backup, with its time', async () => {
    await run(['backup', place('gap')]);
    const again = { KEYSTAMP_DATA_DIR: place('restored-gap') };
    await run(['restore', place('gap')], { env: again });
    expect(await run(['list'], { env: again })).toMatch(/"used" .* or later {2}/);
    const { tracking } = await rowsIn(again.KEYSTAMP_DATA_DIR);
    const [header = ''] = gunzipSync(readFileSync(place('gap')))
      .toString()
      .split('\n');
    const [{ backup_at, restored_at } = { backup_at: '', restored_at: '' }] = tracking as {
      backup_at: string;
      restored_at: string;
    }[];
    expect(new Date(backup_at)).toEqual(new Date(JSON.parse(header).made_at));
    expect(new Date(restored_at) > new Date(backup_at)).toBe(true);
  });

  it('writes to standard output, which is no terminal', async () => {
    const bytes: Uint8Array[] = [];
    await run(['backup', '-'], { onOut: (content) => bytes.push(Buffer.from(content)) });
    const again = { KEYSTAMP_DATA_DIR: place('restored-pipe') };
    await run(['restore', '-'], { env: again, stdin: Buffer.concat(bytes) });
    expect(await run(['list'], { env: again })).toContain('rotated');
    const shown = await keystamp(['backup', '-'], { env, columns: 80 });
    expect([shown.code, shown.out, shown.err]).toEqual([2, '', expect.stringContaining('a pipe')]);
  });

  it('never takes the place of a file that is there, unless it is asked to', async () => {
    await run(['backup', place('once')]);
    const first = readFileSync(place('once'));
    const refused = await keystamp(['backup', place('once')], { env });
    expect([refused.code, refused.err]).toEqual([1, expect.stringContaining('is there already')]);
    expect(readFileSync(place('once'))).toEqual(first);
    await run(['backup', '--overwrite', place('once')]);
    expect(readFileSync(place('once'))).not.toEqual(first);
    const away = await keystamp(['backup', place('no/such/folder')], { env });
    expect([away.code, away.err]).toEqual([
      1,
      expect.stringContaining('cannot be written: ENOENT'),
    ]);
  });

  it('whenever it is killed, no file of that name is there, or a whole one', async () => {
    const target = mkdtempSync(place('killed-'));
    for (let round = 0; round < 3; round += 1) {
      const file = join(target, `backup-${round}`);
      const { child, ended } = startCommand(['backup', file], env);
      const watcher = watch(target, () => child.kill('SIGKILL'));
      await ended;
      watcher.close();
      if (existsSync(file)) {
        const text = gunzipSync(readFileSync(file)).toString();
        expect(JSON.parse(text.trimEnd().split('\n').at(-1) ?? '')).toMatchObject({ type: 'end' });
      }
      await run(['backup', '--overwrite', file]);
    }
    expect(readdirSync(target).sort()).toEqual(['backup-0', 'backup-1', 'backup-2']);
  });
});

it('K11 a backup works without a server too', async () => {
  await run(['backup', place('beside')]);
  server.child.kill('SIGTERM');
  await server.ended();
  await run(['backup', place('alone')]);
  const rows = (name: string) =>
    gunzipSync(readFileSync(place(name)))
      .toString()
      .split('\n')
      .slice(1, -2);
  const withoutUses = (line: string) => line.replace(/"2\d{3}-[^"]+"/g, '""');
  expect(rows('alone').map(withoutUses)).toEqual(rows('beside').map(withoutUses));
});
