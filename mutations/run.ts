/**
 * npm run mutations: takes out, one at a time and in a copy of the working tree, what keeps a promise, and expects the
 * test of the promise to fail. Writes the table of those that did into the document. `npm run mutations -- G3 K5` runs those of
 * some promises, `-- new` those that are not in the table. It fails where a test still passes, where it fails without the
 * mutation too, and where an entry does not fit the code.
 */
import { TreeCopy } from './copy.js';
import { faultsOf, titleOf } from './faults.js';
import { mutations } from './list.js';
import type { Mutation } from './mutation.js';
import { runTests, stopTests, type TestRun } from './run-tests.js';
import { readRows, rowOf, writeRows } from './table.js';

const chosen = choose(process.argv.slice(2));
const faults = chosen.flatMap((one) => faultsOf(one).map((fault) => `${titleOf(one)}\n  ${fault}`));
if (faults.length === 0) await tryAll();
for (const fault of faults) console.error(`\n${fault}`);
console.log(`\n${chosen.length} mutations, ${faults.length} faults`);
process.exit(faults.length === 0 ? 0 : 1);

function choose(args: readonly string[]): Mutation[] {
  const rows = readRows();
  const isChosen = (one: Mutation, arg: string) =>
    arg === 'new' ? !rows.has(rowOf(one)) : one.promises.some((id) => id === arg);
  for (const arg of args) {
    if (/^[GK]\d+$|^new$/.test(arg)) continue;
    console.error(`${arg}: expected promises, as in "G3 K5", or "new"`);
    process.exit(1);
  }
  return mutations.filter((one) => args.length === 0 || args.some((arg) => isChosen(one, arg)));
}

async function tryAll(): Promise<void> {
  const copy = new TreeCopy();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(signal, () => {
      stopTests();
      copy.remove();
      process.exit(1);
    });
  }
  try {
    for (const group of groupByTestFile(chosen)) await tryGroup(copy, group);
  } finally {
    copy.remove();
  }
}

function groupByTestFile(all: readonly Mutation[]): Mutation[][] {
  const groups = new Map<string, Mutation[]>();
  for (const one of all) {
    const name = `${one.test.project} ${one.test.file}`;
    groups.set(name, [...(groups.get(name) ?? []), one]);
  }
  return [...groups.values()];
}

/** Those of one test file: first its tests as they are, then with each mutation. */
async function tryGroup(copy: TreeCopy, group: readonly Mutation[]): Promise<void> {
  const { project, file, isOfBuild } = (group[0] as Mutation).test;
  console.log(`\n${file} (${project})`);
  const names = group.map(({ test }) => test.name);
  if (isOfBuild) copy.build();
  const sound = await runTests(copy.folder, { project, file, names });
  for (const one of group) {
    const startedAt = performance.now();
    const fault = await tryOne(copy, one, sound);
    const seconds = Math.round((performance.now() - startedAt) / 1000);
    console.log(`  ${fault === null ? 'fails' : 'FAULT'}  ${titleOf(one)} (${seconds} s)`);
    if (fault !== null) {
      console.log(`    ${fault}`);
      faults.push(`${titleOf(one)}\n  ${fault}`);
    }
    note(one, fault === null);
  }
}

/** Null: the test passes as the code is, and fails with the mutation. */
async function tryOne(copy: TreeCopy, one: Mutation, sound: TestRun): Promise<string | null> {
  const { project, file, name, isOfBuild } = one.test;
  if ('broken' in sound) return `without the mutation: ${sound.broken}`;
  const failed = sound.failed.find((fullName) => fullName.includes(name));
  if (failed !== undefined) return `fails without the mutation too: ${failed}`;
  if (!sound.passed.some((fullName) => fullName.includes(name))) {
    return `does not run, here or at all: ${name}`;
  }
  // A test that waits for what never comes need not wait to its own end.
  const failAfterMs = 15_000 + 10 * sound.longestMs;
  copy.apply(one);
  if (isOfBuild) copy.build();
  const run = await runTests(copy.folder, { project, file, names: [name], failAfterMs });
  copy.restore(one);
  if ('broken' in run) return run.broken;
  return run.failed.length > 0 ? null : `still passes: ${name}`;
}

/** At once, so that what was seen stays when the run is stopped. */
function note(tried: Mutation, hasFailed: boolean): void {
  const rows = readRows();
  writeRows(mutations.filter((one) => (one === tried ? hasFailed : rows.has(rowOf(one)))));
}
