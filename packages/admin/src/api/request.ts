import type { Problem } from '@keystamp/server/contract';
import { FOR_USER_HEADER, forUserValue } from '@keystamp/server/contract/for-user';
import { UNATTENDED_HEADER } from '@keystamp/server/contract/unattended';
import { learnServerTime } from '../clock/server-clock.ts';
import { ApiRefusal, isOtherUser, NoAnswer } from './failure.ts';
import { pageUserId, reportSignedIn } from './page-session.ts';
import { isUnattended } from './presence.ts';
import { addressOf } from './public-path.ts';

interface RequestOptions {
  readonly body?: unknown;
  readonly signal?: AbortSignal | undefined;
  /** False: a 401 is the answer to this very call and not the end of a session. */
  readonly endsSession?: boolean;
  /** Names the request, so that it can be sent again when its answer is lost. */
  readonly idempotencyKey?: string;
  /** False: the request is for the user of the session, and not for the user that the page shows. */
  readonly forPageUser?: boolean;
}

const TIMEOUT_MS = 20_000;

/** One call of the server. Resolves with the answer's JSON (null for 204), rejects with an `ApiFailure`. */
export async function request<Answer>(
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE',
  path: string,
  { body, signal, endsSession = true, idempotencyKey, forPageUser = true }: RequestOptions = {},
): Promise<Answer> {
  const userId = forPageUser ? pageUserId() : null;
  const sentAtMs = Date.now();
  const response = await send(method, path, body, signal, {
    ...(idempotencyKey === undefined ? {} : { 'idempotency-key': idempotencyKey }),
    ...(userId === null ? {} : { [FOR_USER_HEADER]: forUserValue(userId) }),
  });
  const receivedAtMs = Date.now();
  if (response.ok) {
    const answer = await readJson(response);
    learnServerTime(answer, sentAtMs, receivedAtMs);
    return answer as Answer;
  }
  const refusal = await refusalOf(response, endsSession);
  if (refusal.isSessionEnd) reportSignedIn('nobody');
  if (isOtherUser(refusal)) reportSignedIn('somebody');
  throw refusal;
}

async function send(
  method: string,
  path: string,
  body: unknown,
  signal: AbortSignal | undefined,
  headers: Readonly<Record<string, string>>,
): Promise<Response> {
  const timeout = AbortSignal.timeout(TIMEOUT_MS);
  try {
    return await fetch(addressOf(path), {
      method,
      cache: 'no-store',
      credentials: 'same-origin',
      headers: {
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
        ...(isUnattended() ? { [UNATTENDED_HEADER]: '1' } : {}),
      },
      body: body === undefined ? null : JSON.stringify(body),
      signal: signal === undefined ? timeout : AbortSignal.any([signal, timeout]),
    });
  } catch (cause) {
    if (signal?.aborted) throw cause;
    throw new NoAnswer(cause);
  }
}

async function readJson(response: Response): Promise<unknown> {
  if (response.status === 204) return null;
  try {
    return await response.json();
  } catch (cause) {
    throw new NoAnswer(cause);
  }
}

async function refusalOf(response: Response, endsSession: boolean): Promise<ApiRefusal> {
  const retryAfter = Number(response.headers.get('retry-after') ?? Number.NaN);
  let problem: Partial<Problem> = {};
  try {
    problem = (await response.json()) as Partial<Problem>;
  } catch {
    // A proxy's error page: the status alone tells.
  }
  const retryAfterS = Number.isFinite(retryAfter) ? retryAfter : null;
  const isSessionEnd = response.status === 401 && endsSession;
  return new ApiRefusal(response.status, problem, retryAfterS, isSessionEnd);
}
