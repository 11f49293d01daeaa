import type { KeyEvent, Keystamp, Logger, RequestOrigin, UserApiKey } from '../../src/index.js';
import type { TestKeystamp } from '../support/keystamp.js';

export const FROM: RequestOrigin = { route: 'GET /orders/:id', address: '192.0.2.7' };

export const HOUR = 3_600_000;
/** The begin of an hour of yesterday. */
export const THEN = Math.floor(Date.now() / HOUR) * HOUR - 24 * HOUR;
const DISABLED_AT = new Date(THEN - HOUR);
/** A disabled key that no table has. */
export const keyOf = (id: string): UserApiKey => ({
  id,
  userId: 'ada',
  userEmail: null,
  name: 'CI',
  note: null,
  metadata: {},
  keyPrefix: 'ks_Abc123',
  scopes: [],
  status: 'disabled',
  createdAt: DISABLED_AT,
  expiresAt: null,
  disabledAt: DISABLED_AT,
  revokedAt: null,
  lastUsedAt: null,
  successorId: null,
  predecessorId: null,
});

/** Presents a key, and gives what was answered: `valid`, or the reason of the refusal. */
export async function present(
  keystamp: Keystamp,
  apiKey: string,
  from: RequestOrigin = FROM,
): Promise<string> {
  const validation = await keystamp.validateUserApiKey(apiKey, { from });
  return validation.valid ? 'valid' : validation.reason;
}

/** The events of a key that was presented, once what is pending is written. */
export async function refusalsOf(keystamp: Keystamp, keyId: string): Promise<KeyEvent[]> {
  await keystamp.flush();
  return (await keystamp.listEvents({ keyId, kind: 'refused' })).events;
}

export async function issueDisabled({ issue, keystamp }: Pick<TestKeystamp, 'issue' | 'keystamp'>) {
  const issued = await issue();
  await keystamp.disableApiKey(issued.key.id);
  return issued;
}

/** A logger, and the fields of its lines with a message. */
export function noteLines() {
  const lines: { message: string; fields: Record<string, unknown> }[] = [];
  const note = (fields: object, message: string) => {
    lines.push({ message, fields: { ...fields } });
  };
  const logger: Logger = { debug: note, info: note, warn: note, error: note };
  return {
    logger,
    lines,
    of: (text: string) => lines.filter(({ message }) => message.includes(text)),
  };
}
