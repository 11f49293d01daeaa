import { statusWords } from '../key/status-label.tsx';
import type { View } from './view.ts';

/** What a filter asks for, in the words of its control. */
export function inWords(part: 'unusedFor' | 'expiresWithin' | 'status', value: string): string {
  const days = value.slice(0, -1);
  switch (part) {
    case 'unusedFor':
      return value === 'never' ? 'No use recorded' : `Unused for ${days} days`;
    case 'expiresWithin':
      return value === 'never' ? 'Never expires' : `Expires in ${days} days`;
    case 'status':
      return statusWords[value as NonNullable<View['status']>];
  }
}

/** Says which filters another one took off, and why; null: none. */
export function takenOffInWords(view: View, taken: Partial<View>): string | null {
  const parts = (['unusedFor', 'expiresWithin', 'status'] as const)
    .filter((part) => taken[part] === null && view[part] !== null)
    .map((part) => `“${inWords(part, view[part] as string)}”`);
  if (parts.length === 0) return null;
  const are = parts.length === 1 ? 'was' : 'were';
  return `${parts.join(' and ')} ${are} taken off: only active keys can be unused or about to expire.`;
}
