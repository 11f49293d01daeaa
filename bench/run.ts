// npm run bench [-- <section> …]: runs the benchmarks, writes bench/results.json, docs/evidence/performance.md and its plots.
// With --trial it runs each only once and writes nothing.
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { startDurableServer } from './ground/durable-server.js';
import { runAlone } from './ground/section-ground.js';
import { describeMachine, type Machine } from './measure/machine.js';
import { tableOf } from './report/page.js';
import { keepResults } from './report/results.js';
import type { SectionResult } from './report/section-result.js';
import { installedRivals, type Rival, tellRivals } from './rivals/versions.js';
import { type Findings, isMet, type Section } from './section.js';
import { findSection, sections } from './sections/index.js';

/** No section takes half as long here; one that hangs must not hold the others. */
const SECTION_WITHIN_MS = 240_000;
const program = fileURLToPath(new URL('run-section.ts', import.meta.url));
const names = sections.map(({ name }) => name);

const isTrial = process.argv.includes('--trial');
const asked = process.argv.slice(2).filter((argument) => argument !== '--trial');
const chosen = asked.length === 0 ? sections : asked.map(findSection);
const command = ['npm run bench', ...(asked.length === 0 ? [] : ['--', ...asked])].join(' ');
const server = await startDurableServer();
let failures = 0;
try {
  const machine = describeMachine(await versionOf(server.url));
  for (const section of chosen) {
    const result = await runOne(section, machine).catch(reportFailure(section));
    if (result === null) failures++;
    else if (!isTrial) keepResults([result], names);
  }
} finally {
  await server.end();
}
process.exitCode = failures === 0 ? 0 : 1;

async function runOne(section: Section, machine: Machine): Promise<SectionResult> {
  process.stderr.write(`${section.name}: ${section.title}\n`);
  const rivals = installedRivals(section.rivals ?? []);
  const begunAt = performance.now();
  const findings = await runApart(section.name);
  const { name, title, about } = section;
  const at = new Date().toISOString();
  const tookSeconds = (performance.now() - begunAt) / 1000;
  print(findings, rivals);
  const beside = rivals.length === 0 ? {} : { rivals };
  return { name, title, about, command, at, tookSeconds, machine, ...beside, ...findings };
}

/** In a process of its own, so that no section leaves its types and its garbage to the next. */
function runApart(name: string): Promise<Findings> {
  return new Promise((resolve, reject) => {
    const child = fork(program, [name, server.url], {
      execArgv: ['--import', 'tsx', '--expose-gc'],
      serialization: 'advanced',
      env: { ...process.env, KEYSTAMP_BENCH_TRIAL: isTrial ? '1' : '0' },
    });
    const timer = setTimeout(() => child.kill('SIGKILL'), SECTION_WITHIN_MS);
    let findings: Findings | undefined;
    child.once('message', (message) => {
      findings = message as Findings;
    });
    child.once('exit', (code, signal) => {
      clearTimeout(timer);
      if (findings !== undefined && code === 0) resolve(findings);
      else reject(new Error(`The section ended with ${signal ?? code}`));
    });
  });
}

function reportFailure({ name }: Section): (error: Error) => null {
  return (error) => {
    process.stderr.write(`${name} failed: ${error.message}\n`);
    return null;
  };
}

function print({ tables, goals }: Findings, rivals: readonly Rival[]): void {
  const beside = rivals.length === 0 ? [] : [`Rivals: ${tellRivals(rivals)}`];
  const lines = goals.map(
    (goal) => `${isMet(goal) ? 'met   ' : 'MISSED'} ${goal.text}: ${goal.measured.toPrecision(4)}`,
  );
  process.stdout.write(`${[...beside, ...tables.map(tableOf), lines.join('\n')].join('\n\n')}\n\n`);
}

async function versionOf(url: string): Promise<string> {
  const { rows } = await runAlone(url, 'show server_version');
  return String(rows[0]?.server_version);
}
