import type { ApiKeyInfo } from '@keystamp/server/contract';
import { useTicking } from '../../../clock/use-ticking.ts';
import { KeyLink, type OpenKey } from './key-link.tsx';
import {
  calledKey,
  isNotUsedYet,
  isRotated,
  isWaitingToStop,
  type RotationPair,
  replacedWording,
} from './rotation-pair.ts';

interface RotationLineProps extends RotationPair {
  apiKey: ApiKeyInfo;
  onOpen: OpenKey;
  /** Asks before the replaced key is stopped. */
  onStop(key: ApiKeyInfo): void;
}

/** The two keys of a rotation as one: which replaces which, and whether the old one can stop. */
export function RotationLine(props: RotationLineProps) {
  const { apiKey, predecessor, successor, onOpen, onStop } = props;
  const { predecessor_id, successor_id } = apiKey;
  const words = useTicking((now) => replacedWording(apiKey, successor, now).join(' · '));
  if (!isRotated(apiKey)) return null;
  return (
    <span className="rotation-line">
      {predecessor_id !== null && (
        <span>
          Replaces{' '}
          <KeyLink id={predecessor_id} onOpen={onOpen}>
            {calledKey(predecessor_id, predecessor)}
          </KeyLink>
          {isNotUsedYet(apiKey) && ' · Not used yet'}
        </span>
      )}
      {successor_id !== null && (
        <span>
          Replaced by{' '}
          <KeyLink id={successor_id} onOpen={onOpen}>
            {calledKey(successor_id, successor)}
          </KeyLink>
          {words !== '' && ` · ${words}`}
          {isWaitingToStop(apiKey) && (
            <>
              {' '}
              <button
                type="button"
                className="link-button"
                aria-label={`Stop ${apiKey.name} (${apiKey.key_prefix}) now`}
                onClick={() => onStop(apiKey)}
              >
                Stop now
              </button>
            </>
          )}
        </span>
      )}
    </span>
  );
}
