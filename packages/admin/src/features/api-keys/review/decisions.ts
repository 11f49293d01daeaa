import type { ApiKeyInfo } from '@keystamp/server/contract';

/** What is to become of a key. Nothing happens to it until all decisions are confirmed. */
export type Decision =
  /** `until`: a day as in `2027-01-31`, until whose end in UTC the policy leaves the key alone. */
  | { readonly kind: 'keep'; readonly until: string }
  | { readonly kind: 'disable' }
  | { readonly kind: 'revoke' };

/** A key as it was when it was decided about: a use after that leaves it alone. */
export interface Decided {
  readonly key: ApiKeyInfo;
  readonly decision: Decision;
}

/** By the id of the key. */
export type Decisions = ReadonlyMap<string, Decided>;

export function decide(decisions: Decisions, key: ApiKeyInfo, decision: Decision): Decisions {
  return new Map(decisions).set(key.id, { key, decision });
}

export function withdraw(decisions: Decisions, id: string): Decisions {
  const next = new Map(decisions);
  next.delete(id);
  return next;
}

/** Of one kind, in the order in which they were decided. */
export function decidedTo<Kind extends Decision['kind']>(
  decisions: Decisions,
  kind: Kind,
): { key: ApiKeyInfo; decision: Extract<Decision, { kind: Kind }> }[] {
  type Wanted = { key: ApiKeyInfo; decision: Extract<Decision, { kind: Kind }> };
  return [...decisions.values()].filter((each): each is Wanted => each.decision.kind === kind);
}

const DAY_MS = 24 * 60 * 60 * 1000;

/** The day so many days from now, in UTC as the policy reads it. */
export function dayAfter(days: number, now: Date): string {
  return new Date(now.getTime() + days * DAY_MS).toISOString().slice(0, 10);
}

/** A day of the wire at noon, which is that day in every zone of the readers. */
export function noonOf(day: string): Date {
  return new Date(`${day}T12:00:00`);
}
