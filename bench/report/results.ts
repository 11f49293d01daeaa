import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { drawBars } from './bar-plot.js';
import { writePage } from './page.js';
import type { SectionResult } from './section-result.js';

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
