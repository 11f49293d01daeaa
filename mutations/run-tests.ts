import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import type { TestOutcome } from './reporter.js';

/** Of one run of a test file: the names of those that ran, or why there is no result. */
export type TestRun =
  | {
      readonly passed: readonly string[];
      readonly failed: readonly string[];
      /** How long the slowest of them took. */
      readonly longestMs: number;
    }
  | { readonly broken: string };

export interface ChosenTests {
  readonly project: string;
  readonly file: string;
  /** A test runs where its name holds one of them. */
  readonly names: readonly string[];
  /** The run ends with the first test that fails, or takes longer. Default: all run, as long as they may. */
  readonly failAfterMs?: number;
}

/** For the whole run. */
const LIMIT_MS = 300_000;
let running: ChildProcess | undefined;

/** Runs tests of one file. All processes of the run have ended when this resolves. */
export async function runTests(folder: string, chosen: ChosenTests): Promise<TestRun> {
  const { outcomes, isLate, output } = await run(folder, chosen);
  const named = (state: string) =>
    outcomes.filter((one) => one.state === state).map(({ name }) => name);
  const [passed, failed] = [named('passed'), named('failed')];
  const longestMs = Math.max(0, ...outcomes.map(({ ms }) => ms));
  if (failed.length > 0) return { passed, failed, longestMs };
  if (isLate) return { broken: `no result within ${LIMIT_MS / 1000} s` };
  // A file that could not be read, or whose preparation failed, has no test that failed.
  if (passed.length === 0) return { broken: `no test ran:\n${output}` };
  return { passed, failed, longestMs };
}

/** Ends the run that is on its way. */
export function stopTests(): void {
  if (running?.pid === undefined) return;
  try {
    // Its group: workers, servers and what else the tests have started.
    process.kill(-running.pid, 'SIGKILL');
  } catch {
    // All of them have ended.
  }
}

interface Ended {
  readonly outcomes: readonly TestOutcome[];
  readonly isLate: boolean;
  readonly output: string;
}

function run(folder: string, chosen: ChosenTests): Promise<Ended> {
  const child = spawn(process.execPath, argumentsFor(folder, chosen), {
    cwd: folder,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  running = child;
  const outcomes: TestOutcome[] = [];
  let output = '';
  let isLate = false;
  child.on('message', (outcome: TestOutcome) => {
    outcomes.push(outcome);
    if (outcome.state === 'failed' && chosen.failAfterMs !== undefined) stopTests();
  });
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk: Buffer) => {
      output = (output + chunk).slice(-2_000);
    });
  }
  const timer = setTimeout(() => {
    isLate = true;
    stopTests();
  }, LIMIT_MS);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', () => {
      clearTimeout(timer);
      stopTests();
      running = undefined;
      resolve({ outcomes, isLate, output });
    });
  });
}

function argumentsFor(
  folder: string,
  { project, file, names, failAfterMs }: ChosenTests,
): string[] {
  const pattern = names.map((name) => name.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&')).join('|');
  return [
    join(folder, 'node_modules/vitest/vitest.mjs'),
    ...['run', '--project', project, file, '-t', pattern],
    ...['--reporter=default', `--reporter=${join(folder, 'mutations/reporter.ts')}`],
    ...(failAfterMs === undefined ? [] : [`--testTimeout=${failAfterMs}`]),
  ];
}
