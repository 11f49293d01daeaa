import type { IssuedApiKey } from '@keystamp/server/contract';
import { asFailure, isOutage, isSessionRefused } from './failure.ts';
import { request } from './request.ts';

const REPEAT_AFTER_MS = 500;

/** The idempotency keys of requests that got no answer, by what they asked for. */
const unanswered = new Map<string, string>();

/**
 * A request that makes a key. When its answer is lost, it is sent once more, and each later try of the same request
 * has the same idempotency key: the server finds the key that it made, and gives it a new text.
 */
export async function issueKey(path: string, body: object): Promise<IssuedApiKey> {
  const content = JSON.stringify([path, body]);
  const idempotencyKey = unanswered.get(content) ?? randomValue();
  unanswered.set(content, idempotencyKey);
  const send = () => request<IssuedApiKey>('POST', path, { body, idempotencyKey });
  try {
    const issued = await send().catch(async (error: unknown) => {
      if (!isOutage(asFailure(error))) throw error;
      await new Promise((resolve) => setTimeout(resolve, REPEAT_AFTER_MS));
      return send();
    });
    unanswered.delete(content);
    return issued;
  } catch (error) {
    // A session that ended between two tries says nothing of the first one: it may have made the key.
    const isUndecided = isOutage(asFailure(error)) || isSessionRefused(error);
    if (!isUndecided) unanswered.delete(content);
    throw error;
  }
}

/** Not `randomUUID`: browsers have it on HTTPS and on loopback only. */
function randomValue(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
