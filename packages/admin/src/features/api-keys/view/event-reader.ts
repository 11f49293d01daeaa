import type { User } from '@keystamp/server/contract';
import type { EventNames } from '@keystamp/server/contract/event-wording';
import { plainDate } from '@keystamp/server/contract/relative-time';
import { useMemo } from 'react';
import { readTime } from '../../../clock/exact-time.ts';
import { calledOf } from '../../account/called.ts';
import { useEverybody } from '../key/use-everybody.ts';

/** What the wording of events needs: who is behind an id. Only administrators may ask for others. */
export function useEventReader(me: User): EventNames {
  const everybody = useEverybody(me.is_admin);
  return useMemo(() => {
    const names = new Map([...everybody, me].map((user) => [user.id, calledOf(user)]));
    return {
      nameOfUser: (id) => names.get(id) ?? (me.is_admin ? null : 'another user'),
      timeOf: (text) => {
        const at = readTime(text);
        return at === null ? text : plainDate(at);
      },
    };
  }, [everybody, me]);
}
