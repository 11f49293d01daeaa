/**
 * The edit distance of Levenshtein: how many letters to take out, add or replace to come from one text to the other. Two
 * neighbours that changed places count as one. `added` is the price of a letter that `from` lacks: less than 1 where a
 * text that was cut short is likely.
 *
 * @example editDistance('KEYSTMAP', 'KEYSTAMP') // 1
 */
export function editDistance(from: string, to: string, added = 1): number {
  let earlier: number[] = [];
  let before = Array.from({ length: to.length + 1 }, (_, i) => i * added);
  for (let i = 1; i <= from.length; i++) {
    const row = [i];
    for (let j = 1; j <= to.length; j++) {
      const replaced = (before[j - 1] as number) + (from[i - 1] === to[j - 1] ? 0 : 1);
      const without = Math.min((before[j] as number) + 1, (row[j - 1] as number) + added);
      const isSwap = i > 1 && j > 1 && from[i - 1] === to[j - 2] && from[i - 2] === to[j - 1];
      const swapped = isSwap ? (earlier[j - 2] as number) + 1 : Number.POSITIVE_INFINITY;
      row.push(Math.min(replaced, without, swapped));
    }
    [earlier, before] = [before, row];
  }
  return before[to.length] as number;
}
