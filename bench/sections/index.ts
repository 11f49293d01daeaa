import type { Section } from '../section.js';
import { changes } from './changes.js';
import { flush } from './flush.js';
import { footprint } from './footprint.js';
import { hotPath } from './hot-path.js';
import { http } from './http.js';
import { list } from './list.js';
import { refusals } from './refusals.js';
import { validation } from './validation.js';
import { workers } from './workers.js';
import { writes } from './writes.js';

/** In the order of the page. */
export const sections: readonly Section[] = [
  validation,
  writes,
  changes,
  flush,
  refusals,
  http,
  hotPath,
  workers,
  list,
  footprint,
];

/** Throws where there is no section of this name. */
export function findSection(name: string): Section {
  const found = sections.find((section) => section.name === name);
  if (found !== undefined) return found;
  const all = sections.map((section) => section.name).join(', ');
  throw new Error(`No section "${name}"; there are ${all}`);
}
