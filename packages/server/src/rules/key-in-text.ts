import { holdsApiKey, mayHoldApiKey } from 'keystamp/shape';
import { refusedFields } from './refusal.js';

type Texts = Readonly<Record<string, string | null | undefined>>;

/** Refuses a key pasted into a field that is stored and shown in clear (K1). Fields by their names on the wire. */
export function rejectKeysIn(texts: Texts): void {
  rejectThose(holdsApiKey, texts);
}

/** The same for names, which people make up: a mistyped key or one cut off is refused too. */
export function rejectKeysInNames(texts: Texts): void {
  rejectThose(mayHoldApiKey, texts);
}

function rejectThose(isRefused: (text: string) => boolean, texts: Texts): void {
  const message = 'expected a text, not an API key';
  const fields = Object.entries(texts).flatMap(([field, text]) =>
    typeof text === 'string' && isRefused(text) ? [{ field, message }] : [],
  );
  if (fields.length > 0) throw refusedFields(fields);
}
