import type { Machine } from '../measure/machine.js';
import type { Rival } from '../rivals/versions.js';
import type { Findings } from '../section.js';

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
