import { randomInt } from 'node:crypto';
import { BASE62, checksumOf } from 'keystamp/shape';

/** A well-formed key that no user has. */
export function unknownApiKey(label = 'ks'): string {
  const secret = Array.from({ length: 43 }, () => BASE62[randomInt(BASE62.length)]).join('');
  const body = `${label}_${secret}`;
  return body + checksumOf(body);
}
