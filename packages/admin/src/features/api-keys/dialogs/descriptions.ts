import {
  isMetadataName,
  isMetadataValue,
  isNote,
  lengthOf,
  MAX_METADATA_PAIRS,
  MAX_NOTE_LENGTH,
  METADATA_NAME_EXPECTED,
  METADATA_VALUE_EXPECTED,
} from 'keystamp/rules';
import { mayHoldApiKey } from 'keystamp/shape';

export type Metadata = Readonly<Record<string, string>>;

/** What is wrong with a note before it is sent. A key pasted there by mistake must not become part of it. */
export function noteProblem(note: string): string | undefined {
  if (mayHoldApiKey(note)) return 'That looks like an API key. Others can read a note.';
  if (isNote(note)) return undefined;
  return lengthOf(note) > MAX_NOTE_LENGTH
    ? `At most ${MAX_NOTE_LENGTH} characters. These are ${lengthOf(note)}.`
    : 'Visible characters and line breaks, without marks of writing direction.';
}

/** Metadata as people edit it: a pair on each line. */
export function metadataText(metadata: Metadata): string {
  return Object.entries(metadata)
    .map(([name, value]) => `${name} = ${value}`)
    .join('\n');
}

/** The pairs of such a text. One space before a value is for the eyes, each other one is part of it. */
export function metadataOf(text: string): Metadata {
  return Object.fromEntries(pairsOf(text));
}

/** What is wrong with such a text before it is sent. */
export function metadataProblem(text: string): string | undefined {
  if (mayHoldApiKey(text)) return 'That looks like an API key. Others can read metadata.';
  const bare = linesOf(text).find((line) => !line.includes('='));
  if (bare !== undefined) return `${JSON.stringify(bare)}: expected a name, “=” and a value.`;
  const pairs = pairsOf(text);
  const wrong = pairs.map(pairProblem).find((problem) => problem !== undefined);
  if (wrong !== undefined) return wrong;
  const names = pairs.map(([name]) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) return `${twice} stands there twice.`;
  return pairs.length > MAX_METADATA_PAIRS ? `At most ${MAX_METADATA_PAIRS} pairs.` : undefined;
}

function pairProblem([name, value]: [string, string]): string | undefined {
  if (!isMetadataName(name)) return `${JSON.stringify(name)}: expected ${METADATA_NAME_EXPECTED}.`;
  return isMetadataValue(value) ? undefined : `${name}: expected ${METADATA_VALUE_EXPECTED}.`;
}

function pairsOf(text: string): [string, string][] {
  return linesOf(text).map((line) => {
    const [name = '', ...rest] = line.split('=');
    return [name.trim(), rest.join('=').replace(/^ /, '')];
  });
}

function linesOf(text: string): string[] {
  return text.split('\n').filter((line) => line.trim() !== '');
}
