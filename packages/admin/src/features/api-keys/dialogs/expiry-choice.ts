/** What the expiry field holds: a number of days, a day, or never. */
export interface ExpiryChoice {
  readonly kind: 'never' | 'days' | 'date';
  readonly days: number;
  /** `yyyy-mm-dd`, the reader's calendar. */
  readonly date: string;
}

export const noExpiry: ExpiryChoice = { kind: 'never', days: 90, date: '' };

/** What the form of a new key begins with: a key that nobody thinks of any more stops by itself. */
export const newKeyExpiry: ExpiryChoice = { ...noExpiry, kind: 'days' };

/** The choice that says what is stored. */
export function choiceOfExpiry(expiresAt: Date | null): ExpiryChoice {
  if (expiresAt === null) return noExpiry;
  return { kind: 'date', days: 90, date: dayInput(expiresAt) };
}

/** Text for the server; undefined where no day is given yet. A day counts to its end, where the reader is. */
export function expiresAtOf(choice: ExpiryChoice, now: Date): string | null | undefined {
  if (choice.kind === 'never') return null;
  if (choice.kind === 'days') {
    return new Date(now.getTime() + choice.days * 86_400_000).toISOString();
  }
  const [year, month, day] = choice.date.split('-').map(Number);
  if (!year || !month || !day) return undefined;
  return new Date(year, month - 1, day, 23, 59, 59, 999).toISOString();
}

/** What is wrong with a choice, as far as the page can tell; the server decides. */
export function expiryProblem({ kind, date }: ExpiryChoice): string | undefined {
  return kind === 'date' && date === '' ? 'Choose a day.' : undefined;
}

/** A day as an `<input type="date">` holds it. */
export function dayInput(at: Date): string {
  const pad = (part: number) => String(part).padStart(2, '0');
  return `${at.getFullYear()}-${pad(at.getMonth() + 1)}-${pad(at.getDate())}`;
}
