import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, expect, it, vi } from 'vitest';
import type { CliIo } from '../../src/cli/cli-io.js';
import { openDestination } from '../../src/cli/destination.js';

const folder = mkdtempSync(join(tmpdir(), 'keystamp-destination-'));
const file = join(folder, 'file');
afterEach(() => {
  vi.restoreAllMocks();
  for (const name of readdirSync(folder)) rmSync(join(folder, name));
});
afterAll(() => rmSync(folder, { recursive: true }));

const openFile = (overwrite = false) => openDestination({} as CliIo, file, { overwrite });

it('K11 a file is on the disk before it has its name, and the name before the end', async () => {
  const handle = await open(folder, 'r');
  const synced: boolean[] = [];
  const prototype = Object.getPrototypeOf(handle) as { sync: () => Promise<void> };
  await handle.close();
  const original = prototype.sync;
  // What is forced to the disk cannot be seen from outside: the calls are counted, and still made.
  vi.spyOn(prototype, 'sync').mockImplementation(function (this: unknown) {
    synced.push(existsSync(file));
    return original.call(this);
  });
  const destination = await openFile();
  await destination.write('one');
  await destination.write(Buffer.from(' two'));
  expect(existsSync(file)).toBe(false);
  await destination.done();
  await destination.close();
  expect(synced).toEqual([false, true]);
  expect(readFileSync(file, 'utf8')).toBe('one two');
  expect(readdirSync(folder)).toEqual(['file']);
});

it('K11 a file is for its owner alone, from its first byte on', async () => {
  const destination = await openFile();
  expect(statSync(`${file}.part`).mode & 0o777).toBe(0o600);
  await destination.done();
  await destination.close();
  expect(statSync(file).mode & 0o777).toBe(0o600);
});

it('K11 a file that came meanwhile stays as it is', async () => {
  const destination = await openFile();
  await destination.write('mine');
  writeFileSync(file, 'of somebody else');
  await expect(destination.done()).rejects.toThrow('is there already');
  await destination.close();
  expect(readFileSync(file, 'utf8')).toBe('of somebody else');
  expect(readdirSync(folder)).toEqual(['file']);
});

it('the first of two commands that write one file leaves it to the second', async () => {
  const first = await openFile();
  await first.write('first');
  const second = await openFile();
  await second.write('sec');
  await expect(first.done()).rejects.toThrow('another command writes');
  await first.close();
  await second.write('ond');
  await second.done();
  await second.close();
  expect(readFileSync(file, 'utf8')).toBe('second');
});

it('a file is replaced at the end, and only where that was asked for', async () => {
  writeFileSync(file, 'old');
  await expect(openFile()).rejects.toThrow('is there already');
  const destination = await openFile(true);
  await destination.write('new');
  expect(readFileSync(file, 'utf8')).toBe('old');
  await destination.done();
  await destination.close();
  expect(readFileSync(file, 'utf8')).toBe('new');
});
