// Reads what the test programs report: how many passed, failed and were skipped; which failed and why; and which
// failed at first and passed the second time.
import { readFileSync } from 'node:fs';

/** A report as JSON; undefined where none was written. */
export function readReport(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return undefined;
  }
}

/** The files of a report of Vitest in which something failed. None where only something beside the tests did. */
export function failedFiles({ testResults }) {
  return [...new Set(testResults.filter(hasFailed).map(({ name }) => name))];
}

/**
 * The report of Vitest as `{passed, failed, skipped, failures, flaky}`, the last two of `{name, why}`. Of a file
 * that ran again, the second run counts. Undefined where there is no report.
 */
export function vitestResult(first, second) {
  if (first === undefined) return undefined;
  const again = new Set(second?.testResults.map(({ name }) => name));
  const kept = first.testResults.filter(({ name }) => !again.has(name));
  const files = [...kept, ...(second?.testResults ?? [])];
  const failures = files.flatMap(failuresOf);
  const failed = new Set(failures.map(({ name }) => name));
  const tests = files.flatMap(({ assertionResults }) => assertionResults);
  const passed = tests.filter(({ status }) => status === 'passed').length;
  return {
    passed,
    failed: failures.length,
    skipped: tests.filter(({ status }) => status !== 'passed' && status !== 'failed').length,
    failures,
    flaky: first.testResults.flatMap(failuresOf).filter(({ name }) => !failed.has(name)),
  };
}

/** The report of Playwright, alike. It tries a story that failed a second time itself. */
export function playwrightResult(report) {
  if (report === undefined) return undefined;
  const tests = report.suites.flatMap(specs).flatMap((spec) =>
    spec.tests.map((test) => {
      const errors = test.results.flatMap((result) => result.errors ?? []);
      const name = `${test.projectName} › ${spec.file}:${spec.line} › ${spec.title}`;
      return { ...failure(name, errors.map(({ message }) => message).join('\n')), ...test };
    }),
  );
  const { expected, unexpected, flaky, skipped } = report.stats;
  return {
    passed: expected + flaky,
    failed: unexpected,
    skipped,
    failures: tests.filter(({ status }) => status === 'unexpected'),
    flaky: tests.filter(({ status }) => status === 'flaky'),
  };
}

function hasFailed(file) {
  return failuresOf(file).length > 0;
}

function failuresOf(file) {
  const failed = file.assertionResults.filter(({ status }) => status === 'failed');
  // A file that could not be read, or whose preparation failed, has no test that failed.
  if (file.status === 'failed' && failed.length === 0) return [failure(file.name, file.message)];
  return failed.map((test) =>
    failure(`${file.name} › ${test.fullName}`, test.failureMessages.join('\n')),
  );
}

function specs(suite) {
  return [...(suite.specs ?? []), ...(suite.suites ?? []).flatMap(specs)];
}

function failure(name, why) {
  const lines = why.trim().split('\n');
  const ours = lines.filter((line) => !/^ +at .*(node_modules|<anonymous>|node:)/.test(line));
  return { name, why: ours.slice(0, 25).join('\n') };
}
