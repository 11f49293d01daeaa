/**
 * `npm run stress -- <program> [arguments]` runs one of the programs beside this file; without a name it lists them. They
 * run from the sources. The few that start servers build them first.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { print } from './harness/report.js';

const FOLDERS = ['fleet', 'faults', 'soak', 'proofs', 'simulation'];
/** Processes that a program starts, and parts of a program. */
const PARTS = ['hostile.ts', 'patroni-faults.ts', 'plain-server.ts'];

const [, , name, ...given] = process.argv;
const programs = FOLDERS.flatMap((folder) =>
  readdirSync(new URL(folder, import.meta.url))
    .filter((file) => file.endsWith('.ts') && !PARTS.includes(file))
    .map((file) => ({
      name: file.slice(0, -3),
      url: new URL(`${folder}/${file}`, import.meta.url),
    })),
);
const program = programs.find((one) => one.name === name);
if (program === undefined) {
  if (name !== undefined) print(`There is no program "${name}". The programs are:`);
  for (const one of programs) print(`${one.name.padEnd(20)} ${purposeOf(one.url)}`);
  process.exitCode = name === undefined ? 0 : 1;
} else {
  process.argv = [process.argv[0] as string, fileURLToPath(program.url), ...given];
  await import(program.url.href);
}

/** The first sentence of the comment at its head. */
function purposeOf(url: URL): string {
  const [, comment = ''] = /^\/\*\*([\s\S]*?)\*\//.exec(readFileSync(url, 'utf8')) ?? [];
  const text = comment.replace(/\n \*/g, ' ').replace(/\s+/g, ' ').trim();
  return text.split(/\.(?:\s|$)/)[0] as string;
}
