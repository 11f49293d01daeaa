import { cpus, totalmem } from 'node:os';
import { basename } from 'node:path';
import type { PostgresServer } from '@keystamp/testing/postgres/server';

/** What runs, the command that repeats it, and where: figures without them mean nothing. */
export async function introduce(
  what: string,
  server: Pick<PostgresServer, 'exec'> | null,
): Promise<void> {
  const [, program = '', ...given] = process.argv;
  const command = ['npm run stress --', basename(program, '.ts'), ...given].join(' ');
  const memory = Math.round(totalmem() / 2 ** 30);
  const machine = `${cpus().length} cores of ${cpus()[0]?.model.trim()}, ${memory} GiB`;
  const answer = await server?.exec('show server_version');
  const postgres = answer === undefined ? '' : `, PostgreSQL ${answer.rows[0].server_version}`;
  print(`# ${what}\n$ ${command}`);
  print(`${machine}, Node ${process.version}${postgres}, ${new Date().toISOString()}\n`);
}

export type Row = readonly (string | number)[];

/** Prints a table as Markdown has it: the heading now, each row when it is there. */
export function startTable(heading: Row): (row: Row) => void {
  const printRow = (row: Row) => print(`| ${row.join(' | ')} |`);
  printRow(heading);
  printRow(heading.map(() => '---'));
  return printRow;
}

export function printTable(heading: Row, rows: readonly Row[]): void {
  const printRow = startTable(heading);
  for (const row of rows) printRow(row);
  print('');
}

export function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** The value below which the share `q` of all lies. */
export function quantile(values: readonly number[], q: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? Number.NaN;
}

export function spread(values: readonly number[]): string[] {
  return [0.5, 0.99, 1].map((q) => `${quantile(values, q).toFixed(1)} ms`);
}
