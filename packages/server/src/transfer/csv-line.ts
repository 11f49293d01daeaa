/**
 * What a spreadsheet takes for the begin of a formula, and some of the full-width forms that it reads alike: an apostrophe before
 * it makes the cell a text. By OWASP, "CSV Injection" (https://owasp.org/www-community/attacks/CSV_Injection).
 */
const FORMULA = /^[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]/;

/** One line of a CSV file, without its end (RFC 4180). Null is an empty cell. */
export function csvLine(cells: readonly (string | null)[]): string {
  return cells.map((cell) => quoted(cell === null ? '' : harmless(cell))).join(',');
}

function harmless(cell: string): string {
  return FORMULA.test(cell) ? `'${cell}` : cell;
}

function quoted(cell: string): string {
  return /[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}
