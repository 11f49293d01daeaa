import { holdsApiKey } from 'keystamp/http';
import type { FieldError } from '../contract/problem.js';
import { HttpProblem } from '../problem.js';

type Texts = Readonly<Record<string, string | readonly string[] | null | undefined>>;

/** Refuses a key pasted into a field that is stored and shown in clear (K1). Fields by their names on the wire. */
export function refuseKeysIn(texts: Texts): void {
  const errors = Object.entries(texts).flatMap(([field, text]) =>
    typeof text === 'string' ? faultsOf(field, text) : faultsOfAll(field, text ?? []),
  );
  if (errors.length === 0) return;
  const detail = errors.map(({ field, message }) => `${field}: ${message}`).join('; ');
  throw new HttpProblem(400, detail, { errors });
}

function faultsOfAll(field: string, texts: readonly string[]): FieldError[] {
  return texts.flatMap((text, i) => faultsOf(`${field}[${i}]`, text));
}

function faultsOf(field: string, text: string): FieldError[] {
  return holdsApiKey(text) ? [{ field, message: 'expected a text, not an API key' }] : [];
}
