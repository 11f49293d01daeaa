/** The environment, by names. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Thrown by what reads the environment, caught by `readConfig`; the message is the line for people. */
export class WrongVariable extends Error {}

/** `value` is null where it may hold a secret. */
export function wrong(name: string, value: string | null, expected: string): WrongVariable {
  const got = value === null ? 'the value is not shown' : `got ${JSON.stringify(value)}`;
  return new WrongVariable(`${name}: ${got}, expected ${expected}`);
}

export function empty(name: string, expected: string, otherwise: string): WrongVariable {
  return new WrongVariable(
    `${name}: set, but empty; expected ${expected}. To use ${otherwise}, unset ${name}`,
  );
}

export function notSet(name: string, beside: string): WrongVariable {
  return new WrongVariable(`${name}: not set, expected beside ${beside}`);
}

/** What came as an address; null where it may hold a user's secret, which stands before an @. */
export function withoutUser(text: string): string | null {
  return text.includes('@') ? null : text;
}
