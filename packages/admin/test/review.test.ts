import type { ApiKeyInfo } from '@keystamp/server/contract';
import { afterEach, expect, test, vi } from 'vitest';
import { readView } from '../src/features/api-keys/filter/view.ts';
import { applyReview } from '../src/features/api-keys/review/apply-review.ts';
import {
  type Decisions,
  dayAfter,
  decide,
  decidedTo,
  noonOf,
  withdraw,
} from '../src/features/api-keys/review/decisions.ts';
import { reviewFilter, unusedWords } from '../src/features/api-keys/review/review-address.ts';
import { apiKeyInfo } from './support/api-keys.ts';

afterEach(() => {
  vi.unstubAllGlobals();
});

const [one, two, three, four] = [1, 2, 3, 4].map((n) =>
  apiKeyInfo({ name: `Key ${n}`, metadata: { team: 'x' } }),
) as [ApiKeyInfo, ApiKeyInfo, ApiKeyInfo, ApiKeyInfo];
const keep = { kind: 'keep', until: '2027-02-27' } as const;

function answers(): Decisions {
  let decisions: Decisions = new Map();
  decisions = decide(decisions, one, { kind: 'revoke' });
  decisions = decide(decisions, two, keep);
  decisions = decide(decisions, three, { kind: 'disable' });
  return decide(decisions, four, keep);
}

test('the last answer about a key counts, and one can be taken back', () => {
  const changed = decide(answers(), one, { kind: 'disable' });
  expect(decidedTo(changed, 'revoke')).toEqual([]);
  expect(decidedTo(changed, 'disable').map(({ key }) => key.name)).toEqual(['Key 1', 'Key 3']);
  expect(decidedTo(withdraw(changed, one.id), 'disable').map(({ key }) => key.name)).toEqual([
    'Key 3',
  ]);
});

test('a day to keep a key until is a day in UTC, and shown as the same day', () => {
  expect(dayAfter(90, new Date('2026-11-29T23:30:00Z'))).toBe('2027-02-27');
  expect(noonOf('2027-02-27').getDate()).toBe(27);
});

/** Answers what each request asks for; `answerTo` may answer in its place. */
function network(answerTo: (method: string, path: string) => Response | null = () => null) {
  const asked: [method: string, path: string, body: unknown][] = [];
  vi.stubGlobal(
    'fetch',
    async (path: string, { method, body }: { method: string; body: string | null }) => {
      const content = body === null ? null : JSON.parse(body);
      asked.push([method, path, content]);
      const special = answerTo(method, path);
      if (special !== null) return special;
      if (path.endsWith('/bulk-disable') || path.endsWith('/bulk-revoke')) {
        const outcome = path.endsWith('/bulk-disable') ? 'disabled' : 'revoked';
        return Response.json({
          results: content.keys.map(({ id }: { id: string }) => ({ id, outcome })),
        });
      }
      return Response.json({ info: one });
    },
  );
  return asked;
}

const outcomesOf = (report: Awaited<ReturnType<typeof applyReview>>) =>
  report.outcomes.map(({ key, outcome }) => [key.name, outcome]);

test('K8 answers are carried out with the last use that was seen; what is final comes last', async () => {
  const asked = network();
  const report = await applyReview(answers(), () => {});
  expect(outcomesOf(report)).toEqual([
    ['Key 2', 'kept'],
    ['Key 4', 'kept'],
    ['Key 3', 'disabled'],
    ['Key 1', 'revoked'],
  ]);
  expect(report.failure).toBeNull();
  const changes = asked.filter(([method]) => method !== 'GET');
  expect(changes).toEqual([
    ['PATCH', `/api/api-keys/${two.id}`, { metadata: { team: 'x', 'keep-until': '2027-02-27' } }],
    ['PATCH', `/api/api-keys/${four.id}`, { metadata: { team: 'x', 'keep-until': '2027-02-27' } }],
    ['POST', '/api/api-keys/bulk-disable', { keys: [{ id: three.id, last_used_at: null }] }],
    ['POST', '/api/api-keys/bulk-revoke', { keys: [{ id: one.id, last_used_at: null }] }],
  ]);
});

test('a day that is refused, and a key that is gone, do not keep the others', async () => {
  network((method, path) => {
    if (path.endsWith(four.id)) return Response.json({}, { status: 404 });
    return method === 'PATCH' ? Response.json({}, { status: 400 }) : null;
  });
  const report = await applyReview(answers(), () => {});
  expect(outcomesOf(report)).toEqual([
    ['Key 2', 'not_kept'],
    ['Key 4', 'not_found'],
    ['Key 3', 'disabled'],
    ['Key 1', 'revoked'],
  ]);
});

test('after an outage nothing more is tried, and what was not tried is told', async () => {
  const asked = network((method) =>
    method === 'PATCH' ? Response.json({}, { status: 503 }) : null,
  );
  const report = await applyReview(answers(), () => {});
  expect(report.outcomes.map(({ outcome }) => outcome)).toEqual(Array(4).fill('not_tried'));
  expect(report.failure?.status).toBe(503);
  expect(asked.map(([method]) => method)).toEqual(['GET', 'PATCH']);
});

test('a review goes through what the list is filtered by, unused for 90 days unless it says more', () => {
  expect(reviewFilter(readView('?q=billing&status=active'), true)).toEqual({
    user: 'all',
    q: 'billing',
    unused_for: '90d',
  });
  expect(reviewFilter(readView('?unused_for=never'), false)).toEqual({ unused_for: 'never' });
  expect([unusedWords('365d'), unusedWords('never')]).toEqual([
    'unused for 365 days',
    'without a recorded use',
  ]);
});
