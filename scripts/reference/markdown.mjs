// Pieces of Markdown, in lines of at most 116 columns.

const MAX_COLUMNS = 116;

/** A page of parts with an empty line between them. */
export function page(title, from, parts) {
  const mark = `Written by \`npm run reference\` from ${from}; not edited by hand.`;
  return `${[`# ${title}`, wrap(mark), ...parts].filter((part) => part !== '').join('\n\n')}\n`;
}

/** Paragraphs and lists, wrapped again; documents that are named by their path become links. */
export function prose(text) {
  return text
    .split(/\n{2,}/)
    .map((part) => itemsOf(part).map(wrap).join('\n'))
    .join('\n\n');
}

/** The lines of a list each with what follows; a paragraph is one. */
function itemsOf(part) {
  const items = [];
  for (const line of part.trim().split('\n')) {
    if (items.length === 0 || line.startsWith('- ')) items.push(line.trim());
    else items.push(`${items.pop()} ${line.trim()}`);
  }
  return items;
}

function wrap(text) {
  const indent = text.startsWith('- ') ? '  ' : '';
  const lines = [];
  // A link and a piece of code stay in one line.
  for (const word of linkDocuments(text).match(/(?:`[^`]*`|\[[^\]]*\]\([^)]*\)|\S)+/g) ?? []) {
    const line = lines.at(-1);
    if (line === undefined) lines.push(word);
    else if (line.length + 1 + word.length > MAX_COLUMNS) lines.push(`${indent}${word}`);
    else lines[lines.length - 1] = `${line} ${word}`;
  }
  return lines.join('\n');
}

export function table(columns, rows) {
  const line = (cells) => `|${cells.map(cell).join('|')}|`;
  return [line(columns), `|${columns.map(() => '---|').join('')}`, ...rows.map(line)].join('\n');
}

function cell(text) {
  const line = linkDocuments(text.replaceAll(/\s+/g, ' ').trim()).replaceAll('|', '\\|');
  return line === '' ? ' ' : ` ${line} `;
}

export function code(text, language) {
  return `\`\`\`${language}\n${text.trimEnd()}\n\`\`\``;
}

/** The pages are in docs/reference/. */
function linkDocuments(text) {
  return text.replaceAll(
    /(?<![\w./[(-])docs\/([\w/-]+\.md)(#[\w-]+)?/g,
    (_, path, heading = '') => `[${path}](../${path}${heading})`,
  );
}

/** A sentence begins with a capital, also where it was written to follow a colon. */
export function sentence(text) {
  const whole = text.trim();
  if (whole === '') return '';
  return `${whole[0].toUpperCase()}${whole.slice(1)}${/[.!?)]$/.test(whole) ? '' : '.'}`;
}
