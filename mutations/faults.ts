import type { Mutation, PromiseId } from './mutation.js';
import { readText } from './root.js';
import { readRows, rowOf } from './table.js';

/** What is wrong with the entry of a mutation, without running it. */
export function faultsOf({ file, replace, by, test }: Mutation): string[] {
  const faults: string[] = [];
  const text = readText(file);
  const found = (text ?? '').split(replace).length - 1;
  if (text === null) faults.push(`${file} does not exist`);
  else if (found !== 1)
    faults.push(`${file} holds the text ${found} times, expected once: ${replace}`);
  if (replace === by) faults.push('the replacement is the text itself');
  const testText = readText(test.file);
  if (testText === null) faults.push(`${test.file} does not exist`);
  else if (!testText.includes(test.name)) faults.push(`${test.file} has no test "${test.name}"`);
  return faults;
}

/** Promises of the README that no mutation is about. */
export function missingPromises(mutations: readonly Mutation[]): string[] {
  const covered = new Set(mutations.flatMap(({ promises }) => promises));
  const promised = [...(readText('README.md') ?? '').matchAll(/^\| \*\*([GK]\d+)\*\* \|/gm)];
  return promised.map(([, id]) => id as PromiseId).filter((id) => !covered.has(id));
}

/** How the table differs from the list: mutations whose test was not seen to fail yet, and rows of none. */
export function faultsOfTable(mutations: readonly Mutation[]): string[] {
  const rows = readRows();
  const wanted = new Map(mutations.map((mutation) => [rowOf(mutation), mutation]));
  const missing = [...wanted].filter(([row]) => !rows.has(row));
  const left = [...rows].filter((row) => !wanted.has(row));
  return [
    ...missing.map(([, one]) => `not in the table: ${titleOf(one)}`),
    ...left.map((row) => `of no mutation: ${row}`),
  ];
}

export function titleOf({ promises, takenOut }: Mutation): string {
  return `${promises.join(' ')}: ${takenOut}`;
}
