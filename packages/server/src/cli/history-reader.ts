import type { KeyEvent, Keystamp } from 'keystamp';
import type { EventReader } from '../contract/event-wording.js';
import { findUser } from '../sql/find-user.js';
import { isoDay } from './iso-day.js';

/** What the wording of events needs: the time, and what the users in them are called. */
export async function historyReader(
  keystamp: Keystamp,
  events: readonly KeyEvent[],
): Promise<EventReader> {
  const names = new Map<string, string | null>();
  for (const id of new Set(events.flatMap(usersIn))) {
    const user = await findUser(keystamp.database, id);
    names.set(id, user === null ? null : (user.email ?? user.name));
  }
  return {
    now: keystamp.now(),
    locale: 'en',
    dateOf: isoDay,
    nameOfUser: (id) => names.get(id) ?? null,
  };
}

function usersIn({ actor, userId, changed }: KeyEvent): string[] {
  const before = changed?.['user_id']?.from;
  return [actor.userId, userId, before].filter((id) => typeof id === 'string');
}
