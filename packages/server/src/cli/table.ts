import { printableText } from 'keystamp/rules';
import stringWidth from 'string-width';

/** A column of a table. `min`: how narrow it may get where the terminal is narrow; left out: it keeps its width. */
export interface Column {
  readonly heading: string;
  readonly min?: number;
}

const GAP = '  ';
const graphemes = new Intl.Segmenter('en');

/** Aligned columns, the headings in capitals. Without rows: the headings alone. `width`: of the terminal; null: nothing is cut. */
export function table(
  columns: readonly (Column | string)[],
  rows: readonly (readonly string[])[],
  width: number | null = null,
): string {
  const all = columns.map((column) => (typeof column === 'string' ? { heading: column } : column));
  const lines = [all.map(({ heading }) => heading.toUpperCase()), ...rows].map((row) =>
    row.map(printableText),
  );
  const natural = all.map((_, at) =>
    lines.reduce((widest, line) => Math.max(widest, stringWidth(line[at] ?? '')), 0),
  );
  const widths = width === null ? natural : narrowed(natural, all, width);
  return lines.map((line) => `${aligned(line, widths)}\n`).join('');
}

/** Takes from the widest column until the line fits, or no column may get narrower. */
function narrowed(natural: readonly number[], columns: readonly Column[], width: number): number[] {
  const widths = [...natural];
  let over = natural.reduce((sum, each) => sum + each + GAP.length, -GAP.length) - width;
  while (over > 0) {
    const canGive = (at: number) =>
      (widths[at] ?? 0) > (columns[at]?.min ?? Number.POSITIVE_INFINITY);
    const [first, ...rest] = [...widths.keys()].filter(canGive);
    if (first === undefined) break;
    const widest = rest.reduce((a, b) => ((widths[b] ?? 0) > (widths[a] ?? 0) ? b : a), first);
    widths[widest] = (widths[widest] ?? 0) - 1;
    over -= 1;
  }
  return widths;
}

function aligned(cells: readonly string[], widths: readonly number[]): string {
  return cells
    .map((cell, at) => {
      const width = widths[at] ?? 0;
      const shown = cut(cell, width);
      return shown + ' '.repeat(width - stringWidth(shown));
    })
    .join(GAP)
    .trimEnd();
}

/** Between characters as a reader sees them: one may be two columns wide. */
function cut(text: string, width: number): string {
  if (stringWidth(text) <= width) return text;
  let shown = '';
  for (const { segment } of graphemes.segment(text)) {
    if (stringWidth(shown + segment) > width - 1) break;
    shown += segment;
  }
  return `${shown}…`;
}
