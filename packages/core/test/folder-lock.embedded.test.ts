import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildCore, runModule } from '@keystamp/testing/processes/child';
import { until } from '@keystamp/testing/until';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type FolderLock, isLock, lockFolder } from '../src/database/embedded/folder-lock.js';

let place: string;

beforeAll(buildCore, 120_000);
beforeEach(() => {
  place = mkdtempSync(join(tmpdir(), 'keystamp-folder-lock-'));
});
afterEach(() => {
  rmSync(place, { recursive: true, force: true });
});

describe('the lock', () => {
  test('of many that start at once exactly one gets it', async () => {
    for (let round = 0; round < 20; round += 1) {
      const answers = await Promise.all(Array.from({ length: 12 }, () => lockFolder(place)));
      const locks = answers.filter(isLock);
      expect(locks).toHaveLength(1);
      for (const lock of locks) lock.release();
    }
    expect(readdirSync(place)).toEqual([]);
  });

  test('of many processes that start at once on a dead one exactly one gets it', async () => {
    const dead = runModule(holdLock, place);
    expect(await dead.line()).toBe('locked');
    dead.process.kill('SIGKILL');
    await dead.ended;
    expect(readdirSync(place)).toHaveLength(1);

    const starters = Array.from({ length: 6 }, () => runModule(holdLock, place));
    const said = await Promise.all(starters.map((starter) => starter.line()));
    expect(said.filter((line) => line === 'locked')).toHaveLength(1);
    expect(said.filter((line) => /^held by \d+$/.test(line ?? ''))).toHaveLength(5);
    for (const starter of starters) starter.process.kill('SIGKILL');
    await Promise.all(starters.map((starter) => starter.ended));
  });

  test('one that hangs up without a word is leaving, and is waited for', async () => {
    const name = join(place, 'lock.000000000000');
    let asked = 0;
    const leaving = createServer((socket) => {
      asked += 1;
      if (asked === 3) rmSync(name);
      socket.end();
    });
    await new Promise<void>((listening) => leaving.listen(name, listening));
    const lock = (await lockFolder(place)) as FolderLock;
    expect(isLock(lock)).toBe(true);
    expect(asked).toBe(3);
    lock.release();
    leaving.close();
  });

  test('tells the next one who has it, and where that one serves', async () => {
    const lock = (await lockFolder(place)) as FolderLock;
    expect(await lockFolder(place)).toEqual({ pid: process.pid, url: null });
    lock.announce('http://127.0.0.1:4747/');
    expect(await lockFolder(place)).toEqual({ pid: process.pid, url: 'http://127.0.0.1:4747/' });
    lock.release();
  });

  test('a holder that is stopped (SIGSTOP) still holds it', async () => {
    const holder = runModule(holdLock, place);
    expect(await holder.line()).toBe('locked');
    holder.process.kill('SIGSTOP');
    await until(() => processState(holder.process.pid as number) === 'T');
    const answer = await lockFolder(place);
    expect(answer).toEqual({ pid: null, url: null });
    holder.process.kill('SIGKILL');
    await holder.ended;
    const lock = (await lockFolder(place)) as FolderLock;
    expect(isLock(lock)).toBe(true);
    lock.release();
  });
});

const holdLock = `
const { lockFolder } = await import(dist + 'database/embedded/folder-lock.js');
const answer = await lockFolder(process.argv[1]);
console.log('release' in answer ? 'locked' : 'held by ' + answer.pid);
process.stdin.resume();`;

/** `T`: stopped. Linux tells it in a file; elsewhere there is `ps`. */
function processState(pid: number): string | undefined {
  if (process.platform === 'linux') {
    return / \(.*\) (\w)/s.exec(` ${readFileSync(`/proc/${pid}/stat`, 'utf8')}`)?.[1];
  }
  return execFileSync('ps', ['-o', 'state=', '-p', String(pid)], { encoding: 'utf8' }).trim()[0];
}
