import { createHash } from 'node:crypto';
import { tracingChannel } from 'node:diagnostics_channel';
import { until } from '@keystamp/testing/until';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createKeystamp, type FlushTrace, type Keystamp, type ReadTrace } from '../../src/index.js';
import { generateApiKey } from '../../src/key-format/api-key.js';
import { createTestKeystamp, type TestKeystamp } from '../support/keystamp.js';

let test: TestKeystamp;
/** Writes only when asked to, so that each test sees its own writes alone. */
let keystamp: Keystamp;
let ends: (() => void)[] = [];

beforeAll(async () => {
  test = await createTestKeystamp();
  keystamp = await createKeystamp({
    database: await test.ground.open(),
    flushIntervalMs: 10_000,
  });
});
afterEach(() => {
  for (const end of ends) end();
  ends = [];
});
afterAll(async () => {
  await keystamp.close();
  await test.close();
});

interface Event {
  readonly name: string;
  readonly message: object;
  /** As it was at the event. */
  readonly text: string;
}

function listen(name: 'validate' | 'read' | 'flush'): Event[] {
  const events: Event[] = [];
  const note = (event: string) => (message: object) => {
    events.push({ name: event, message, text: JSON.stringify(message) });
  };
  const subscribers = {
    start: note('start'),
    end: note('end'),
    asyncStart: note('asyncStart'),
    asyncEnd: note('asyncEnd'),
    error: note('error'),
  };
  const channel = tracingChannel(`keystamp:${name}`);
  channel.subscribe(subscribers);
  ends.push(() => channel.unsubscribe(subscribers));
  return events;
}

const last = (events: Event[]) => JSON.parse(events.at(-1)?.text ?? 'null');

describe('keystamp:validate', () => {
  it('has the events of a promise, all with one object', async () => {
    const { apiKey, key } = await test.issue({ userId: 'grace' });
    const events = listen('validate');
    await keystamp.validateUserApiKey(apiKey);
    expect(events.map(({ name }) => name)).toEqual(['start', 'end', 'asyncStart', 'asyncEnd']);
    expect(new Set(events.map(({ message }) => message)).size).toBe(1);
    expect(JSON.parse(events[0]?.text ?? '')).toMatchObject({ outcome: null, keyId: null });
    const known = { keyId: key.id, userId: 'grace', errorCode: null };
    expect(last(events)).toEqual({ ...known, outcome: 'valid', isCacheHit: false });
    // Until it has heard of the creation: a key that was read before that is read once more.
    await until(async () => {
      await keystamp.validateUserApiKey(apiKey);
      return last(events).isCacheHit;
    });
    expect(last(events)).toEqual({ ...known, outcome: 'valid', isCacheHit: true });
    await test.keystamp.revokeApiKey(key.id);
    await until(async () => {
      await keystamp.validateUserApiKey(apiKey);
      return last(events).outcome !== 'valid';
    });
    expect(last(events)).toEqual({ ...known, outcome: 'revoked', isCacheHit: false });
  });

  it('names a refusal, and knows nothing of the key of a stranger', async () => {
    const events = listen('validate');
    for (const [apiKey, outcome] of [
      ['ks_garbage', 'malformed'],
      [generateApiKey('ks').apiKey, 'unknown'],
    ] as const) {
      await keystamp.validateUserApiKey(apiKey);
      const nobody = { keyId: null, userId: null, isCacheHit: false, errorCode: null };
      expect(last(events)).toEqual({ outcome, ...nobody });
    }
  });

  it('names the code of a failure', async () => {
    const closed = await createKeystamp({ database: await test.ground.open() });
    await closed.close();
    const events = listen('validate');
    await expect(closed.validateUserApiKey('ks_garbage')).rejects.toMatchObject({ code: 'closed' });
    const names = ['start', 'end', 'error', 'asyncStart', 'asyncEnd'];
    expect(events.map(({ name }) => name)).toEqual(names);
    expect(last(events)).toMatchObject({ outcome: null, errorCode: 'closed' });
  });

  it('answers and records the use while somebody listens', async () => {
    const { apiKey, key } = await test.issue();
    const events = listen('validate');
    const validation = await keystamp.validateUserApiKey(apiKey);
    expect(validation).toMatchObject({ valid: true, key: { id: key.id }, user: { id: 'ada' } });
    await keystamp.flush();
    expect(events.length).toBeGreaterThan(0);
    expect(await test.stored(key.id)).toBeInstanceOf(Date);
  });
});

describe('keystamp:read and keystamp:flush', () => {
  it('one query for all keys that are asked for at once, and one statement for their uses', async () => {
    const apiKeys = [];
    for (let i = 0; i < 3; i++) apiKeys.push((await test.issue()).apiKey);
    await keystamp.flush();
    const reads = listen('read');
    const flushes = listen('flush');
    const asked = [...apiKeys, generateApiKey('ks').apiKey];
    await Promise.all(asked.map((apiKey) => keystamp.validateUserApiKey(apiKey)));
    expect(last(reads)).toEqual({ keys: 4, found: 3, errorCode: null } satisfies ReadTrace);
    await keystamp.flush();
    // The other instance writes nothing: it used none.
    expect(last(flushes)).toEqual({ keys: 3, written: 3, errorCode: null } satisfies FlushTrace);
  });
});

it('K1 no event for tracing holds a key or its hash', async () => {
  const seen = (['validate', 'read', 'flush'] as const).map(listen);
  const { apiKey } = await test.issue();
  const strange = generateApiKey('ks').apiKey;
  for (const one of [apiKey, strange, apiKey]) await keystamp.validateUserApiKey(one);
  await keystamp.flush();
  expect(seen.map((events) => events.length > 0)).toEqual([true, true, true]);
  const text = JSON.stringify(seen.flat().map(({ message }) => message));
  for (const one of [apiKey, strange]) {
    const hash = createHash('sha256').update(one).digest();
    // Not even the beginning of the secret, which the prefix has.
    expect(text).not.toContain(one.slice(0, 6));
    for (const encoding of ['hex', 'base64', 'base64url', 'latin1'] as const) {
      // As JSON writes it, without its last character: that of base64 depends on what follows.
      const written = JSON.stringify(hash.subarray(0, 12).toString(encoding)).slice(1, -2);
      expect(text).not.toContain(written);
    }
  }
});
