import { cpus, totalmem } from 'node:os';
import type { PostgresServer } from '@keystamp/testing/postgres/server';

/** Where figures come from: without it they mean nothing. */
export async function printGround(command: string, server: PostgresServer): Promise<void> {
  const version = (await server.exec('show server_version')).rows[0].server_version;
  const [cpu] = cpus();
  const memory = Math.round(totalmem() / 2 ** 30);
  print(`$ ${command}`);
  print(
    `${cpus().length} cores of ${cpu?.model.trim()}, ${memory} GiB, Node ${process.version}, PostgreSQL ${version}\n`,
  );
}

export type Row = readonly (string | number)[];

/** Prints a table as Markdown has it. */
export function printTable(heading: Row, rows: readonly Row[]): void {
  const line = (row: Row) => `| ${row.join(' | ')} |`;
  print([line(heading), line(heading.map(() => '---')), ...rows.map(line)].join('\n'));
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
