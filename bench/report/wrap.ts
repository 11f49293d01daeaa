const COLUMNS = 116;

/** Breaks each long line of prose between words; tables, headings, lists and pictures stay as they are. */
export function wrapProse(text: string): string {
  return text
    .split('\n\n')
    .map((block) => (isProse(block) ? wrapBlock(block) : block))
    .join('\n\n');
}

function isProse(block: string): boolean {
  return !/^(```|[|#!\s]|[-*] |\*\*[^*]+\*\*$)/.test(block) && block.split('\n').some(isLong);
}

function isLong(line: string): boolean {
  return [...line].length > COLUMNS;
}

/** A code span counts as one word. */
function wrapBlock(block: string): string {
  const words = block.replaceAll('\n', ' ').match(/(`[^`]*`|[^\s`])+/g) ?? [];
  const lines: string[] = [];
  for (const word of words) {
    const last = lines.at(-1);
    if (last === undefined || isLong(`${last} ${word}`)) lines.push(word);
    else lines[lines.length - 1] = `${last} ${word}`;
  }
  return lines.join('\n');
}
