import type { Plot } from './report/bar-plot.js';

/** What a section runs on: a PostgreSQL server of its own. */
export interface Ground {
  /** A new, empty database on it, dropped when the section ends. */
  createDatabase(): Promise<string>;
  /** Tells how far it is, on the error output. */
  say(text: string): void;
}

/** One part of the benchmarks, which can be run alone. */
export interface Section {
  readonly name: string;
  readonly title: string;
  /** What is compared with what, and how, for the page. */
  readonly about: string;
  /** The packages of others that it runs beside ours. Left out: none. */
  readonly rivals?: readonly string[];
  run(ground: Ground): Promise<Findings>;
}

export interface Findings {
  readonly tables: readonly Table[];
  readonly goals: readonly Goal[];
  readonly plots: readonly Plot[];
}

export interface Table {
  readonly title: string;
  readonly columns: readonly string[];
  /** Numbers are kept as measured; the page rounds them. */
  readonly rows: readonly (readonly (string | number | null)[])[];
}

/** A bound that was set beforehand, and how near the measured value comes to it. */
export interface Goal {
  readonly text: string;
  readonly unit: string;
  readonly atLeast?: number;
  readonly atMost?: number;
  readonly measured: number;
}

export function isMet({ atLeast, atMost, measured }: Goal): boolean {
  return measured >= (atLeast ?? -Infinity) && measured <= (atMost ?? Infinity);
}
