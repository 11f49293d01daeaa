// npm test: installs what tests need, then builds, lints, checks types and runs every suite. All steps run,
// whatever failed before. What failed is told again at the end, and the last line counts: `N passed, N failed`.
// Each step beside the suites is one of N.
import { rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { playwrightResult, vitestResult } from './test-reports.mjs';
import { build, install, requireNode, root, run, tool } from './workspace.mjs';

requireNode();
if (!install('all')) {
  console.log('0 passed, 1 failed');
  process.exit(1);
}

const total = { passed: 0, failed: 0, skipped: 0, failures: [] };
step('Build', build);
step('Lint', () => run(tool('biome'), ['check', '.']));
step('Types', () => run(tool('tsc'), ['-b']));
suites('Tests', runVitest);
suites('Stories in the browser', runPlaywright);
tell();
process.exit(total.failed === 0 ? 0 : 1);

function step(name, work) {
  console.log(`\n== ${name}`);
  if (work()) {
    total.passed += 1;
  } else {
    total.failed += 1;
    total.failures.push({ name, why: 'its output stands above' });
  }
}

/** `work` answers with whether its command succeeded, and with what its report says. */
function suites(name, work) {
  console.log(`\n== ${name}`);
  const { succeeded, result } = work();
  const { passed = 0, failed = 0, skipped = 0, failures = [] } = result ?? {};
  total.passed += passed;
  total.failed += failed;
  total.skipped += skipped;
  total.failures.push(...failures);
  // A command that fails without a failed test (an error outside of tests), or runs none, is a failure too.
  if (failed === 0 && (!succeeded || passed === 0)) {
    total.failed += 1;
    const why = result === undefined ? 'no report was written' : 'an error outside of the tests';
    total.failures.push({ name, why });
  }
}

function runVitest() {
  const report = join(tmpdir(), `keystamp-vitest-${process.pid}.json`);
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  const succeeded = run(tool('vitest'), ['run', ...reporters]);
  const result = vitestResult(report);
  rmSync(report, { force: true });
  return { succeeded, result };
}

function runPlaywright() {
  const cwd = join(root, 'e2e');
  const report = join(cwd, 'test-results/results.json');
  rmSync(report, { force: true });
  const succeeded = run(tool('playwright'), ['test'], { cwd });
  return { succeeded, result: playwrightResult(report) };
}

/** A long log is read from its end. */
function tell() {
  if (total.failures.length > 0) console.log('\n== Failed');
  for (const { name, why } of total.failures) {
    console.log(`${name.replace(root, '')}\n  ${why.replaceAll('\n', '\n  ')}`);
  }
  const skipped = total.skipped > 0 ? `, ${total.skipped} skipped` : '';
  console.log(`\n${total.passed} passed, ${total.failed} failed${skipped}`);
}
