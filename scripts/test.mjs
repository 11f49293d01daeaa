// npm test: installs what tests need, then builds, lints, checks types and runs every suite. All steps run,
// whatever failed before. What failed runs a second time: a test that passes then counts as passed and is named
// as flaky, which is a fault to mend. The last line counts: `N passed, N failed`; a step beside the suites is one.
import { rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { failedFiles, playwrightResult, readReport, vitestResult } from './test-reports.mjs';
import { build, install, requireNode, root, run, tool } from './workspace.mjs';

requireNode();
if (!install('all')) {
  console.log('0 passed, 1 failed');
  process.exit(1);
}

const outside = 'an error outside of the tests; it stands above';
const total = { passed: 0, failed: 0, skipped: 0, failures: [], flaky: [] };
step('Build', build);
step('Reference', () => run(process.execPath, ['scripts/write-reference.mjs', '--check']));
step('API report', () => run(process.execPath, ['scripts/api-report.mjs', '--check']));
step('Lint', () => run(tool('biome'), ['check', '.']));
step('Folders', () => run(process.execPath, ['scripts/check-structure.mjs']));
step('Imports', () => run(process.execPath, ['scripts/check-imports.mjs']));
step('Prose', () => run(process.execPath, ['scripts/check-prose.mjs']));
step('Links', () => run(process.execPath, ['scripts/check-links.mjs']));
step('Release', () => run(process.execPath, ['scripts/check-release.mjs']));
step('Workflows', () => run(process.execPath, ['scripts/check-workflows.mjs']));
step('Mutations', () => run(process.execPath, ['--import', 'tsx', 'mutations/check.ts']));
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
  const { passed = 0, failed = 0, skipped = 0, failures = [], flaky = [] } = result ?? {};
  total.passed += passed;
  total.failed += failed;
  total.skipped += skipped;
  total.failures.push(...failures);
  total.flaky.push(...flaky);
  // A command that fails without a failed test (an error outside of tests), or runs none, is a failure too.
  if (failed === 0 && (!succeeded || passed === 0)) {
    total.failed += 1;
    const why = result === undefined ? 'no report was written' : outside;
    total.failures.push({ name, why });
  }
}

/** Files with a failure run a second time, with nothing beside them: a test that passes then is named as flaky. */
function runVitest() {
  const first = vitest([]);
  if (first.succeeded || first.report === undefined)
    return { ...first, result: vitestResult(first.report) };
  console.log('\n== Tests that failed, again and alone');
  const again = failedFiles(first.report);
  const second = vitest(['--maxWorkers=1', ...again]);
  const result = vitestResult(first.report, second.report);
  if (again.length === 0) result.flaky.push({ name: 'Tests', why: outside });
  return { succeeded: second.succeeded, result };
}

function vitest(args) {
  const path = join(tmpdir(), `keystamp-vitest-${process.pid}.json`);
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${path}`];
  const succeeded = run(tool('vitest'), ['run', ...reporters, ...args]);
  const report = readReport(path);
  rmSync(path, { force: true });
  return { succeeded, report };
}

function runPlaywright() {
  const cwd = join(root, 'e2e');
  const path = join(cwd, 'test-results/results.json');
  rmSync(path, { force: true });
  const succeeded = run(tool('playwright'), ['test', '--retries=1'], { cwd });
  return { succeeded, result: playwrightResult(readReport(path)) };
}

/** A long log is read from its end. */
function tell() {
  list('flaky: failed, and passed the second time', total.flaky);
  list('Failed', total.failures);
  const skipped = total.skipped > 0 ? `, ${total.skipped} skipped` : '';
  console.log(`\n${total.passed} passed, ${total.failed} failed${skipped}`);
}

function list(title, failures) {
  if (failures.length > 0) console.log(`\n== ${title}`);
  for (const { name, why } of failures) {
    console.log(`${name.replace(root, '')}\n  ${why.replaceAll('\n', '\n  ')}`);
  }
}
