import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createApiKey, rotateApiKey } from '../src/api/api-keys.ts';

type Answer = 'lost' | { readonly status: number; readonly type?: string };

const made: Answer = { status: 201 };
const sent: string[] = [];

/** The network: these answers in turn; what was sent with them is in `sent`. */
function answers(...list: Answer[]): void {
  vi.stubGlobal('fetch', async (_path: string, { headers }: RequestInit) => {
    sent.push(new Headers(headers).get('idempotency-key') ?? 'none');
    const next = list.shift() ?? 'lost';
    if (next === 'lost') throw new TypeError('Failed to fetch');
    return new Response(JSON.stringify({ type: next.type, api_key: 'k' }), next);
  });
}

/** Presses the button, and lets the pause before the second try go by. */
async function press(make: () => Promise<unknown>): Promise<void> {
  const done = make().catch(() => {});
  await vi.runAllTimersAsync();
  await done;
}

const create = (name: string) => press(() => createApiKey({ name }));

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout'] });
  sent.length = 0;
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe('K10 a request that makes a key', () => {
  test('is sent again once, as the same, when its answer is lost', async () => {
    answers('lost', 'lost', made);
    await create('twice');
    expect(sent).toHaveLength(2);
    expect(sent[0]).toMatch(/^[0-9a-f]{32}$/);
    expect(sent[1]).toBe(sent[0]);
  });

  test('stays the same until it is answered, and is a new one then; so is a rotation', async () => {
    for (const make of [() => createApiKey({ name: 'CI' }), () => rotateApiKey('an-id', 60)]) {
      sent.length = 0;
      answers('lost', 'lost', made, made);
      await press(make);
      await press(make);
      await press(make);
      expect(sent[2]).toBe(sent[0]);
      expect(sent[3]).not.toBe(sent[0]);
    }
  });

  test.each([{ status: 401 }, { status: 409, type: 'urn:keystamp:problem:other_user' }])(
    'stays the same where the session ended after the first try: %o',
    async (refused) => {
      answers('lost', refused, made);
      await create(`refused ${refused.status}`);
      await create(`refused ${refused.status}`);
      expect(new Set(sent).size).toBe(1);
      expect(sent).toHaveLength(3);
    },
  );

  test('is a new one after a refusal of what it says, and for other content', async () => {
    answers({ status: 400 }, made, 'lost', 'lost', made);
    await create('refused');
    await create('refused');
    await create('one');
    await create('another');
    expect(new Set(sent).size).toBe(4);
    expect(sent[2]).toBe(sent[3]);
  });
});
