import type { Reporter, TestCase } from 'vitest/node';

/** What a test did, as it is sent to the process that started Vitest. */
export interface TestOutcome {
  readonly name: string;
  readonly state: string;
  readonly ms: number;
}

/** Reports each test at once: the end of a file may wait for what a test that failed has left behind. */
export default class OutcomeReporter implements Reporter {
  onTestCaseResult(test: TestCase): void {
    const ms = Math.ceil(test.diagnostic()?.duration ?? 0);
    const outcome: TestOutcome = { name: test.fullName, state: test.result().state, ms };
    process.send?.(outcome);
  }
}
