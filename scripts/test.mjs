// npm test: installs what tests need, then builds, lints, checks types and runs every suite. All steps run,
// whatever failed before, and the last line counts: `N passed, N failed`. Each step beside the suites is one of N.
import { readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build, install, requireNode, root, run, tool } from './workspace.mjs';

requireNode();
if (!install('all')) {
  console.log('0 passed, 1 failed');
  process.exit(1);
}

const total = { passed: 0, failed: 0, skipped: 0 };
step('Build', build);
step('Lint', () => run(tool('biome'), ['check', '.']));
step('Types', () => run(tool('tsc'), ['-b']));
suites('Tests', runVitest);
suites('Stories in the browser', runPlaywright);

const skipped = total.skipped > 0 ? `, ${total.skipped} skipped` : '';
console.log(`\n${total.passed} passed, ${total.failed} failed${skipped}`);
process.exit(total.failed === 0 ? 0 : 1);

function step(name, work) {
  console.log(`\n== ${name}`);
  const succeeded = work();
  if (!succeeded) console.log(`${name}: failed`);
  total[succeeded ? 'passed' : 'failed'] += 1;
}

/** `work` answers with whether its command succeeded, and with the counts of its report. */
function suites(name, work) {
  console.log(`\n== ${name}`);
  const { succeeded, counts } = work();
  if (counts === undefined) console.log(`${name}: no report was written`);
  const { passed = 0, failed = 0, skipped = 0 } = counts ?? {};
  total.passed += passed;
  total.skipped += skipped;
  // A command that fails without a failed test (an error outside of tests), or runs none, is a failure too.
  total.failed += failed === 0 && (!succeeded || passed === 0) ? 1 : failed;
}

function runVitest() {
  const report = join(tmpdir(), `keystamp-vitest-${process.pid}.json`);
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  const succeeded = run(tool('vitest'), ['run', ...reporters]);
  const json = readReport(report);
  rmSync(report, { force: true });
  return { succeeded, counts: json && vitestCounts(json) };
}

function vitestCounts(json) {
  const unread = json.testResults.filter(
    (file) => file.status === 'failed' && !file.assertionResults.some((t) => t.status === 'failed'),
  );
  return {
    passed: json.numPassedTests,
    failed: json.numFailedTests + unread.length,
    skipped: json.numPendingTests + json.numTodoTests,
  };
}

function runPlaywright() {
  const cwd = join(root, 'e2e');
  const report = join(cwd, 'test-results/results.json');
  rmSync(report, { force: true });
  const succeeded = run(tool('playwright'), ['test'], { cwd });
  const stats = readReport(report)?.stats;
  // A story that needed a second try is not sound.
  const counts = stats && {
    passed: stats.expected,
    failed: stats.unexpected + stats.flaky,
    skipped: stats.skipped,
  };
  return { succeeded, counts };
}

function readReport(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return undefined;
  }
}
