// Reads what the test programs report: how many passed, failed and were skipped, and which failed and why.
import { readFileSync } from 'node:fs';

/** The report of Vitest as `{passed, failed, skipped, failures: [{name, why}]}`; undefined where none was written. */
export function vitestResult(path) {
  const json = readReport(path);
  if (json === undefined) return undefined;
  const failures = json.testResults.flatMap((file) => {
    const failed = file.assertionResults.filter((test) => test.status === 'failed');
    // A file that could not be read has no test that failed.
    if (file.status === 'failed' && failed.length === 0) return [failure(file.name, file.message)];
    return failed.map((test) =>
      failure(`${file.name} › ${test.fullName}`, test.failureMessages.join('\n')),
    );
  });
  return {
    passed: json.numPassedTests,
    failed: failures.length,
    skipped: json.numPendingTests + json.numTodoTests,
    failures,
  };
}

/** The report of Playwright, alike. A story that needed a second try is not sound, and counts as failed. */
export function playwrightResult(path) {
  const json = readReport(path);
  if (json === undefined) return undefined;
  const failures = json.suites.flatMap(specs).flatMap((spec) =>
    spec.tests
      .filter((test) => test.status === 'unexpected' || test.status === 'flaky')
      .map((test) => {
        const errors = test.results.flatMap((result) => result.errors ?? []);
        const name = `${test.projectName} › ${spec.file}:${spec.line} › ${spec.title}`;
        return failure(name, errors.map((error) => error.message).join('\n'));
      }),
  );
  const { expected, unexpected, flaky, skipped } = json.stats;
  return { passed: expected, failed: unexpected + flaky, skipped, failures };
}

function specs(suite) {
  return [...(suite.specs ?? []), ...(suite.suites ?? []).flatMap(specs)];
}

function failure(name, why) {
  const lines = why.trim().split('\n');
  const ours = lines.filter((line) => !/^ +at .*(node_modules|<anonymous>|node:)/.test(line));
  return { name, why: ours.slice(0, 25).join('\n') };
}

function readReport(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return undefined;
  }
}
