import { enableApiKey } from '../../../api/api-keys.ts';
import { ApiRefusal } from '../../../api/failure.ts';

/** How many keys work again, and how many cannot: they were revoked or deleted meanwhile. */
export interface EnabledAgain {
  readonly enabled: number;
  readonly gone: number;
}

/** Takes back that keys were disabled, one after the other. Rejects where the server does not answer; the rest is as it was. */
export async function enableAgain(
  ids: readonly string[],
  onProgress: (done: number) => void = () => {},
): Promise<EnabledAgain> {
  let gone = 0;
  for (const [index, id] of ids.entries()) {
    try {
      await enableApiKey(id);
    } catch (error) {
      const isGone = error instanceof ApiRefusal && [404, 409].includes(error.status);
      if (!isGone) throw error;
      gone += 1;
    }
    onProgress(index + 1);
  }
  return { enabled: ids.length - gone, gone };
}
