import type { User } from '@keystamp/server/contract';
import { MONTHLY_DAYS } from '@keystamp/server/contract/consequence';
import { serverNow } from '../../clock/server-clock.ts';
import { Field } from '../../components/field.tsx';
import { UserField } from '../api-keys/dialogs/user-field.tsx';
import { countedKeys } from '../api-keys/key/many-keys.ts';
import { keysToMove, type WhichKeys } from './move-keys.ts';
import type { ActiveKeys } from './use-active-keys.ts';
import type { Moving } from './use-deactivation.ts';

interface MoveKeysFieldsProps {
  user: User;
  me: User;
  active: ActiveKeys;
  moving: Moving;
}

/** Which keys go on as those of another user or service account, and whose they become. */
export function MoveKeysFields({ user, me, active, moving }: MoveKeysFieldsProps) {
  const { keys, useRecord } = active;
  const inUse = keysToMove(keys, 'in_use', useRecord, serverNow()).length;
  return (
    <>
      <Field
        label="Keys that others still need"
        hint={moving.which === 'none' ? undefined : 'Keys that move go on working.'}
      >
        {(control) => (
          <select
            {...control}
            className="select"
            value={moving.which}
            onChange={(event) => moving.set({ which: event.target.value as WhichKeys })}
          >
            <option value="none">Move none: all stop</option>
            {inUse > 0 && (
              <option value="in_use">
                Move {countedKeys(inUse)} used within {MONTHLY_DAYS} days
              </option>
            )}
            <option value="all">Move all ({countedKeys(keys.length)})</option>
          </select>
        )}
      </Field>
      {moving.which !== 'none' && (
        <UserField
          label="Move them to"
          me={me}
          userId={moving.to}
          except={user.id}
          onChange={(to) => moving.set({ to })}
          error={moving.error}
        />
      )}
    </>
  );
}
