import { renderHook } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { ApiRefusal, asFailure, isOutage, NoAnswer } from '../src/api/failure.ts';
import { request } from '../src/api/request.ts';
import { getMe } from '../src/api/session.ts';
import { reportSignedIn, useSignedOut } from '../src/api/signed-out.ts';
import { forgetServerTime, serverNow } from '../src/clock/server-clock.ts';

/** Answers the next request as a server would; what it was asked is in the calls. */
function answer(status: number, body: string, headers: Record<string, string> = {}) {
  const network = vi.fn(
    async () => new Response(status === 204 ? null : body, { status, headers }),
  );
  vi.stubGlobal('fetch', network);
  return network;
}

beforeEach(() => reportSignedIn());
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
    const { result, rerender } = renderHook(() => useSignedOut());
    expect(result.current).toBe(false);
    await request('GET', '/api/api-keys').catch(() => {});
    rerender();
    expect(result.current).toBe(true);
  });

  test('is the answer "nobody" to who is signed in', async () => {
    answer(401, problem({}));
    expect(await getMe()).toBeNull();
    expect(renderHook(() => useSignedOut()).result.current).toBe(false);
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

test("each answer tells the server's time", async () => {
  const hourAhead = new Date(Date.now() + 3_600_000);
  answer(204, '', { date: hourAhead.toUTCString() });
  await request('GET', '/api/api-keys');
  expect(Math.abs(serverNow().getTime() - hourAhead.getTime())).toBeLessThan(2000);
});
