import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import type { Machine } from '../measure/machine.js';
import type { Rival } from '../rivals/versions.js';
import type { Findings } from '../section.js';
import { drawBars } from './bar-plot.js';
import { writePage } from './page.js';

/** What one section found, when, where and how to find it again. */
export interface SectionResult extends Findings {
  readonly name: string;
  readonly title: string;
  readonly about: string;
  readonly command: string;
  readonly at: string;
  readonly tookSeconds: number;
  readonly machine: Machine;
  /** Left out: none. */
  readonly rivals?: readonly Rival[];
}

const resultsFile = new URL('../results.json', import.meta.url);
const plots = new URL('../../docs/evidence/performance/', import.meta.url);

/** Of all sections, each from its latest run; in the order of `names`. */
export function readResults(): SectionResult[] {
  if (!existsSync(resultsFile)) return [];
  return JSON.parse(readFileSync(resultsFile, 'utf8')) as SectionResult[];
}

/** Puts new results in the place of older ones of their sections, and writes file, plots and page. */
export function keepResults(results: readonly SectionResult[], names: readonly string[]): void {
  const all = new Map([...readResults(), ...results].map((result) => [result.name, result]));
  const ordered = names.flatMap((name) => all.get(name) ?? []);
  writeFileSync(resultsFile, `${JSON.stringify(ordered, null, 2)}\n`);
  mkdirSync(plots, { recursive: true });
  for (const plot of ordered.flatMap((result) => result.plots)) {
    writeFileSync(new URL(`${plot.file}.svg`, plots), drawBars(plot));
  }
  writePage(ordered);
}
