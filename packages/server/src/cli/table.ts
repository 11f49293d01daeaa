import { printableText } from 'keystamp/rules';

/** Aligned columns for a terminal, the headings in capitals. Without rows: the headings alone. */
export function table(headings: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [headings.map((heading) => heading.toUpperCase()), ...rows].map((row) =>
    row.map(printableText),
  );
  const widths = headings.map((_, column) =>
    Math.max(...lines.map((line) => widthOf(line[column] ?? ''))),
  );
  return lines.map((line) => `${aligned(line, widths)}\n`).join('');
}

function aligned(cells: readonly string[], widths: readonly number[]): string {
  return cells
    .map((cell, column) => cell + ' '.repeat((widths[column] ?? 0) - widthOf(cell)))
    .join('  ')
    .trimEnd();
}

function widthOf(text: string): number {
  return [...text].length;
}
