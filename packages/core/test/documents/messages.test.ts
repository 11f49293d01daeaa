import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { read, root } from './programs.js';

const PAGE = 'docs/guide/troubleshooting.md';

const FOLDERS = ['packages/core/src', 'packages/server/src', 'packages/server/bin'];

/** All that the packages may say, with texts that go on in the next line put together. */
function sources(): string {
  const files = FOLDERS.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((path) => /\.(ts|mjs)$/.test(path))
      .map((path) => `${folder}/${path}`),
  );
  return files
    .map(read)
    .join('\n')
    .replaceAll(/['`"] \+\s+['`"]/g, '')
    .replaceAll("\\'", "'");
}

/** The messages in the first columns of the tables, but for what stands in them beside the code. */
function messages(): string[] {
  const rows = read(PAGE)
    .split('\n')
    .filter((line) => /^\| (\d{3} \| )?`/.test(line));
  return rows.map((row) => /`([^`]+)`/.exec(row)?.[1] as string);
}

/** `…` stands for what differs: the parts between have to be said somewhere. */
function partsOf(message: string): string[] {
  return message
    .split('…')
    .map((part) => part.trim())
    .filter((part) => /\w{2}/.test(part));
}

it('the page quotes messages as Keystamp writes them', () => {
  const said = sources();
  expect(messages().length).toBeGreaterThan(50);
  const wrong = messages().filter((message) => {
    const parts = partsOf(message);
    return parts.length === 0 || !parts.every((part) => said.includes(part));
  });
  expect(wrong).toEqual([]);
});
