import type { KeyEvent } from './events.js';
import { relativeTime } from './relative-time.js';

/** What a reader brings: the time, the words of the place, and who is behind an id. */
export interface EventReader {
  readonly now: Date;
  readonly locale?: string;
  readonly dateOf?: (day: Date, locale?: string) => string;
  /** What a user is called; null: unknown, and the id is shown. */
  readonly nameOfUser: (id: string) => string | null;
  /** Writes the time of an expiry; left out: as it came, ISO 8601. */
  readonly timeOf?: (time: string) => string;
}

/** What it takes to say what happened, without the time. */
export type EventNames = Pick<EventReader, 'nameOfUser' | 'timeOf'>;

/** One line of the history, as in "Disabled by root at the command line, 3 days ago". */
export function eventSentence(event: KeyEvent, reader: EventReader): string {
  const when = relativeTime(new Date(event.at), reader.now, reader.locale, reader.dateOf);
  return `${eventWording(event, reader)}, ${when}`;
}

/** The same without the time: what happened, and who did it. */
export function eventWording(event: KeyEvent, reader: EventNames): string {
  if (event.kind === 'refused') return refusedWording(event);
  const from = event.from_address === null ? '' : ` from ${event.from_address}`;
  return `${changeWording(event, reader)} by ${actorWording(event.actor, reader)}${from}`;
}

function refusedWording({ refusal }: KeyEvent): string {
  const from = refusal?.network == null ? '' : ` from ${refusal.network}`;
  const route = refusal?.route == null ? '' : ` to ${refusal.route}`;
  return `Presented${from}${route} and refused (${refusal?.reason ?? 'unknown reason'})`;
}

const KINDS: Readonly<Record<Exclude<KeyEvent['kind'], 'refused' | 'moved'>, string>> = {
  created: 'Created',
  updated: 'Changed',
  disabled: 'Disabled',
  enabled: 'Enabled',
  revoked: 'Revoked',
  rotated: 'Rotated',
  deleted: 'Deleted',
  imported: 'Imported',
};

function changeWording({ kind, changed, user_id }: KeyEvent, reader: EventNames) {
  const nameOf = (id: unknown) => reader.nameOfUser(String(id)) ?? String(id);
  const predecessor = changed?.['predecessor_id']?.to;
  if (kind === 'created' && predecessor != null)
    return `Created as the successor of ${predecessor}`;
  if (kind === 'moved') {
    const before = changed?.['user_id']?.from;
    return `Moved${before == null ? '' : ` from ${nameOf(before)}`} to ${nameOf(user_id)}`;
  }
  if (kind === 'updated') return `Changed (${fieldsWording(changed ?? {}, reader)})`;
  return KINDS[kind as keyof typeof KINDS];
}

const FIELDS: Readonly<Record<string, string>> = {
  expires_at: 'expiry',
  key_hash: 'a new text of the key',
  key_prefix: 'prefix',
  last_used_at: 'last use',
};

/** Short values with their change, as in `name: "a" → "b"`; of the rest the field alone. */
function fieldsWording(
  changed: NonNullable<KeyEvent['changed']>,
  { timeOf = String }: EventNames,
): string {
  const expiry = (time: unknown) => (time == null ? 'never' : timeOf(String(time)));
  return Object.entries(changed)
    .filter(([field]) => !(field === 'key_prefix' && 'key_hash' in changed))
    .map(([field, { from, to }]) => {
      const name = FIELDS[field] ?? field.replaceAll('_', ' ');
      if (field === 'name') return `name: "${from}" → "${to}"`;
      if (field === 'expires_at') return `expiry: ${expiry(from)} → ${expiry(to)}`;
      return name;
    })
    .join(', ');
}

function actorWording(
  { kind, user_id, key_id, name }: KeyEvent['actor'],
  { nameOfUser }: Pick<EventReader, 'nameOfUser'>,
): string {
  const user = user_id === null ? null : (nameOfUser(user_id) ?? user_id);
  const who = name ?? user;
  switch (kind) {
    case 'session':
      return who ?? 'a user';
    case 'key':
      return `${user === null ? 'the' : `${user} with the`} key ${key_id ?? name ?? ''}`.trimEnd();
    case 'cli':
      return `${who ?? 'an account'} at the command line`;
    case 'library':
      return who === null ? 'a program' : `${who} in a program`;
    case 'policy':
      return 'the policy for unused keys';
    case 'database':
      return `${who ?? 'a role'} in the database`;
  }
}
