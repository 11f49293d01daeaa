import type { User } from '@keystamp/server/contract';
import { renderHook } from '@testing-library/preact';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { ApiRefusal, asFailure, isOutage, NoAnswer } from '../src/api/failure.ts';
import { openPageFor, useSessionLoss } from '../src/api/page-session.ts';
import { request } from '../src/api/request.ts';
import { checkPageSession, getMe } from '../src/api/session.ts';
import { forgetServerTime, serverNow } from '../src/clock/server-clock.ts';

/** Answers the next request as a server would; what it was asked is in the calls. */
function answer(status: number, body: string, headers: Record<string, string> = {}) {
  const network = vi.fn(
    async () => new Response(status === 204 ? null : body, { status, headers }),
  );
  vi.stubGlobal('fetch', network);
  return network;
}

const ada = { id: 'ada Ä', email: 'ada@example.com' } as User;
const bob = { id: 'bob', email: 'bob@example.com' } as User;

beforeEach(() => openPageFor(ada));
afterEach(() => {
  vi.unstubAllGlobals();
  forgetServerTime();
});

const problem = (over: object) =>
  JSON.stringify({ title: 'Bad Request', detail: 'Wrong.', ...over });

describe('a refusal', () => {
  test('of the server carries its fields', async () => {
    answer(400, problem({ errors: [{ field: 'name', message: 'expected 1 to 100 characters' }] }));
    const failure = await request('POST', '/api/api-keys', { body: {} }).catch(asFailure);
    expect(failure).toBeInstanceOf(ApiRefusal);
    expect(failure).toMatchObject({ status: 400, message: 'Wrong.' });
    expect((failure as ApiRefusal).fieldErrors).toHaveLength(1);
  });

  test('of a proxy, which is no JSON, is told by its status', async () => {
    answer(502, '<h1>Bad gateway</h1>');
    const failure = asFailure(await request('GET', '/api/api-keys').catch((error) => error));
    expect(failure.message).toBe('The server answered with status 502.');
    expect(isOutage(failure)).toBe(true);
  });

  test('says how long to wait', async () => {
    answer(429, problem({}), { 'retry-after': '30' });
    const failure = await request('POST', '/api/auth/login').catch(asFailure);
    expect(failure).toMatchObject({ retryAfterS: 30 });
  });
});

describe('no answer', () => {
  test('is what a network that is away makes', async () => {
    vi.stubGlobal('fetch', () => Promise.reject(new TypeError('Failed to fetch')));
    const failure = asFailure(await request('GET', '/api/api-keys').catch((error) => error));
    expect(failure).toBeInstanceOf(NoAnswer);
    expect(isOutage(failure)).toBe(true);
  });

  test('is also an answer that is no JSON', async () => {
    answer(200, 'hello');
    await expect(request('GET', '/api/api-keys')).rejects.toBeInstanceOf(NoAnswer);
  });

  test('a request that was given up rejects as given up', async () => {
    const stop = new AbortController();
    vi.stubGlobal('fetch', (_path: string, { signal }: RequestInit) => {
      stop.abort(new Error('given up'));
      return Promise.reject(signal?.reason);
    });
    await expect(request('GET', '/x', { signal: stop.signal })).rejects.toThrow('given up');
  });
});

describe('401', () => {
  test('ends the session where there was one', async () => {
    answer(401, problem({}));
    const { result, rerender } = renderHook(() => useSessionLoss());
    expect(result.current).toBeNull();
    await request('GET', '/api/api-keys').catch(() => {});
    rerender();
    expect(result.current).toBe('nobody');
  });

  test('is the answer "nobody" to who is signed in', async () => {
    answer(401, problem({}));
    expect(await getMe()).toBeNull();
    expect(renderHook(() => useSessionLoss()).result.current).toBeNull();
  });
});

describe('for whom a request is made', () => {
  const headersOf = (network: ReturnType<typeof answer>) => {
    const [, init] = network.mock.lastCall as unknown as [string, RequestInit];
    return new Headers(init.headers);
  };

  test('it says by a header, and not where it finds out who is signed in', async () => {
    const network = answer(200, '{"user":null}');
    await request('POST', '/api/api-keys', { body: {} });
    expect(headersOf(network).get('x-keystamp-for')).toBe('ada%20%C3%84');
    await getMe();
    expect(headersOf(network).has('x-keystamp-for')).toBe(false);
    openPageFor(null);
    await request('GET', '/api/setup');
    expect(headersOf(network).has('x-keystamp-for')).toBe(false);
  });

  test('the refusal of another user’s session covers the page until its own user is back', async () => {
    const { result, rerender } = renderHook(() => useSessionLoss());
    const loss = async (work: Promise<unknown>) => {
      await work.catch(() => {});
      rerender();
      return result.current;
    };
    answer(409, problem({ type: 'urn:keystamp:problem:other_user' }));
    expect(await loss(request('POST', '/api/api-keys', { body: {} }))).toBe('somebody');
    answer(200, JSON.stringify({ user: bob }));
    expect(await loss(checkPageSession())).toEqual(bob);
    answer(502, '');
    expect(await loss(checkPageSession())).toEqual(bob);
    answer(401, problem({}));
    expect(await loss(checkPageSession())).toBe('nobody');
    answer(200, JSON.stringify({ user: ada }));
    expect(await loss(checkPageSession())).toBeNull();
  });

  test('another conflict does not', async () => {
    answer(409, problem({ type: 'urn:keystamp:problem:key_revoked' }));
    await request('POST', '/api/api-keys', { body: {} }).catch(() => {});
    expect(renderHook(() => useSessionLoss()).result.current).toBeNull();
  });
});

test('a request says when nobody has touched the page for over a minute', async () => {
  vi.useFakeTimers({ toFake: ['Date'] });
  try {
    const network = answer(200, '{}');
    const sent = async () => {
      await request('GET', '/api/api-keys');
      const [, init] = network.mock.lastCall as unknown as [string, RequestInit];
      return new Headers(init.headers).has('x-keystamp-unattended');
    };
    window.dispatchEvent(new Event('keydown'));
    vi.setSystemTime(Date.now() + 60_000);
    expect(await sent()).toBe(false);
    vi.setSystemTime(Date.now() + 1);
    expect(await sent()).toBe(true);
    window.dispatchEvent(new Event('pointerdown'));
    expect(await sent()).toBe(false);
  } finally {
    vi.useRealTimers();
  }
});

test("an answer tells the database's time; the clock of the server's host does not count", async () => {
  const hourAhead = new Date(Date.now() + 3_600_000);
  const twoHoursBehind = new Date(Date.now() - 7_200_000);
  answer(200, JSON.stringify({ as_of: hourAhead.toISOString() }), {
    date: twoHoursBehind.toUTCString(),
  });
  await request('GET', '/api/api-keys');
  expect(Math.abs(serverNow().getTime() - hourAhead.getTime())).toBeLessThan(2000);
});
