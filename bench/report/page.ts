import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import type { Machine } from '../measure/machine.js';
import { tellRivals } from '../rivals/versions.js';
import type { Goal, Table } from '../section.js';
import { isMet } from '../section.js';
import { formatNumber } from './bar-plot.js';
import type { SectionResult } from './section-result.js';
import { wrapProse } from './wrap.js';

const page = new URL('../../docs/evidence/performance.md', import.meta.url);
const notes = new URL('../notes/', import.meta.url);

/** docs/evidence/performance.md: the figures as they were measured, with what was written by hand about a section (`bench/notes`) under it. */
export function writePage(results: readonly SectionResult[]): void {
  const parts = [introduction(), goalsOf(results), ...results.map(describe)];
  writeFileSync(page, `${wrapProse(parts.join('\n\n'))}\n`);
}

function introduction(): string {
  return `# Performance

Written by \`npm run bench\`; \`npm run bench -- validation flush\` runs some sections. Do not edit: what a person has to say about
a section is in \`bench/notes\`, figures are in \`bench/results.json\`.

Each section runs in a process of its own, over a PostgreSQL of its own with its durable defaults (\`fsync\`, \`synchronous_commit\` and
\`full_page_writes\` on, \`shared_buffers\` 512 MB). What is compared runs in one process in turns, a different one first each time; a figure is the
median of the turns, a ratio the median of the ratios within each turn. ${readNote('introduction')}`.trimEnd();
}

function goalsOf(results: readonly SectionResult[]): string {
  const rows = results.flatMap(({ name, goals }) =>
    goals.map(
      (goal) =>
        `| [${name}](#${name}) | ${goal.text} | ${boundOf(goal)} | ${measuredOf(goal)} | ${verdictOf(goal)} |`,
    ),
  );
  return [
    '## Goals',
    '',
    '| section | what | goal | measured | |',
    '|---|---|---:|---:|---|',
    ...rows,
  ].join('\n');
}

function boundOf({ atLeast, atMost, unit }: Goal): string {
  return atLeast === undefined
    ? `≤ ${formatNumber(atMost as number)} ${unit}`.trimEnd()
    : `≥ ${formatNumber(atLeast)} ${unit}`.trimEnd();
}

function measuredOf({ measured, unit }: Goal): string {
  return `${formatNumber(measured)} ${unit}`.trimEnd();
}

function verdictOf(goal: Goal): string {
  if (isMet(goal)) return 'met';
  const bound = goal.atLeast ?? goal.atMost ?? Number.NaN;
  return `**missed** by ${formatNumber(Math.abs(goal.measured / bound - 1) * 100)} %`;
}

function describe(result: SectionResult): string {
  return [
    `## ${result.name}`,
    `${result.title}. ${result.about}`,
    `\`${result.command}\`, ${result.at.slice(0, 16).replace('T', ' ')} UTC, ${Math.round(result.tookSeconds)} s. ${machineOf(result.machine)}`,
    result.rivals === undefined ? '' : `Rivals: ${tellRivals(result.rivals)}.`,
    ...result.tables.map(tableOf),
    ...result.plots.map(({ file, title }) => `![${title}](performance/${file}.svg)`),
    readNote(result.name),
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}

function machineOf(machine: Machine): string {
  const { processor, cores, memoryGiB, system, node, postgres, loadBefore } = machine;
  return `${processor}, ${cores} cores, ${memoryGiB} GiB, ${system}, Node ${node.slice(1)}, PostgreSQL ${postgres}; load before the run ${loadBefore}.`;
}

export function tableOf({ title, columns, rows }: Table): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const numeric = columns.map((_, at) => rows.some((row) => typeof row[at] === 'number'));
  return [
    `**${title}**`,
    '',
    line(columns),
    line(numeric.map((isNumber) => (isNumber ? '---:' : '---'))),
    ...rows.map((row) => line(row.map(cellOf))),
  ].join('\n');
}

function cellOf(cell: string | number | null): string {
  if (cell === null) return '';
  return typeof cell === 'number' ? formatNumber(cell) : cell;
}

function readNote(name: string): string {
  const file = new URL(`${name}.md`, notes);
  return existsSync(file) ? readFileSync(file, 'utf8').trim() : '';
}
