import type { Keystamp } from '../../src/index.js';
import { generateApiKey } from '../../src/key-format/api-key.js';

const ID = '00000000-0000-4000-8000-000000000000';

/** A call of each method: one that is added to the library does not compile until it stands here. */
export function callsOf(
  keystamp: Keystamp,
): Record<Exclude<keyof Keystamp, 'database'>, () => unknown> {
  return {
    createApiKey: () => keystamp.createApiKey({ userId: 'ada', name: 'CI' }),
    validateUserApiKey: () => keystamp.validateUserApiKey(generateApiKey('ks').apiKey),
    getApiKey: () => keystamp.getApiKey(ID),
    findApiKeys: () => keystamp.findApiKeys('ks_7Hq2'),
    listApiKeys: () => keystamp.listApiKeys(),
    listAllApiKeys: () => keystamp.listAllApiKeys(),
    updateApiKey: () => keystamp.updateApiKey(ID, { name: 'CI' }),
    disableApiKey: () => keystamp.disableApiKey(ID),
    enableApiKey: () => keystamp.enableApiKey(ID),
    disableApiKeys: () => keystamp.disableApiKeys([{ id: ID, lastUsedAt: null }]),
    listEvents: () => keystamp.listEvents(),
    revokeApiKey: () => keystamp.revokeApiKey(ID),
    revokeApiKeys: () => keystamp.revokeApiKeys([{ id: ID, lastUsedAt: null }]),
    sweep: () => keystamp.sweep({ disableUnused: 36_500 }),
    rotateApiKey: () => keystamp.rotateApiKey(ID),
    deleteApiKey: () => keystamp.deleteApiKey(ID),
    importApiKeys: () =>
      keystamp.importApiKeys([{ userId: 'ada', name: 'CI', keyHash: new Uint8Array(32) }]),
    bookRestore: () => keystamp.bookRestore(new Date(0)),
    setUserActive: () => keystamp.setUserActive('ada', false),
    userChanged: () => keystamp.userChanged('ada'),
    flush: () => keystamp.flush(),
    health: () => keystamp.health(),
    now: () => keystamp.now(),
    close: () => keystamp.close(),
  };
}

/** What came of each call, `close` last: the code of a KeystampError, `done`, or another error as it is. */
export async function outcomesOf(keystamp: Keystamp): Promise<Record<string, unknown>> {
  const calls = callsOf(keystamp);
  const outcomes: Record<string, unknown> = {};
  for (const method of Object.keys(keystamp).filter((name) => name !== 'database')) {
    outcomes[method] = await outcomeOf(calls[method as keyof typeof calls]);
  }
  return outcomes;
}

async function outcomeOf(call: () => unknown): Promise<unknown> {
  try {
    await call();
    return 'done';
  } catch (error) {
    const { name, code } = error as { name: string; code?: unknown };
    return name === 'KeystampError' ? code : error;
  }
}

/** The same for every method, but for those that ask nothing. */
export function all(
  keystamp: Keystamp,
  outcome: string,
  but: readonly (keyof Keystamp)[],
): Record<string, unknown> {
  const methods = Object.keys(callsOf(keystamp)) as (keyof Keystamp)[];
  return Object.fromEntries(
    methods.map((method) => [method, but.includes(method) ? 'done' : outcome]),
  );
}

/** What is still answered after the end: flush() resolves where nothing was left to write. */
export const AFTER_CLOSE = ['now', 'flush', 'health', 'close'] as const;
