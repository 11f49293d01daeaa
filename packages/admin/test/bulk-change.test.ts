import { afterEach, expect, test, vi } from 'vitest';
import { changeSelected, countOf } from '../src/features/api-keys/selection/bulk-change.ts';
import { asLastSeen, asSelected } from '../src/features/api-keys/selection/collect-matching.ts';
import { apiKeyInfo } from './support/api-keys.ts';

afterEach(() => {
  vi.unstubAllGlobals();
});

interface Body {
  keys: { id: string; last_used_at: string | null }[];
}

/** A network on which stopping many keys succeeds, but for the one request that `fails` counts to. */
function network({ fails = -1 } = {}) {
  const bodies: Body[] = [];
  vi.stubGlobal('fetch', async (path: string, { body }: { body: string }) => {
    const outcome = path.endsWith('/bulk-disable') ? 'disabled' : 'revoked';
    const asked = JSON.parse(body) as Body;
    bodies.push(asked);
    if (bodies.length - 1 === fails) throw new TypeError('Failed to fetch');
    return Response.json({ results: asked.keys.map(({ id }) => ({ id, outcome })) });
  });
  return bodies;
}

const many = Array.from({ length: 2500 }, () => asSelected(apiKeyInfo()));

test('any number of keys goes in requests of a thousand, each with the last use that was seen', async () => {
  const bodies = network();
  const seen: number[] = [];
  const { outcomes, failure } = await changeSelected('revoke', many, (done) => seen.push(done));
  expect(bodies.map(({ keys }) => keys.length)).toEqual([1000, 1000, 500]);
  expect(bodies[0]?.keys[0]).toEqual({ id: many[0]?.id, last_used_at: null });
  expect(seen).toEqual([1000, 2000, 2500]);
  expect(countOf(outcomes, 'revoked')).toBe(2500);
  expect(failure).toBeNull();
});

test('the keys are disabled or revoked, as is said', async () => {
  network();
  const keys = many.slice(0, 2);
  const disabled = await changeSelected('disable', keys, () => {});
  const revoked = await changeSelected('revoke', keys, () => {});
  expect(disabled).toMatchObject({
    act: 'disable',
    outcomes: Array(2).fill({ outcome: 'disabled' }),
  });
  expect(revoked).toMatchObject({ act: 'revoke', outcomes: Array(2).fill({ outcome: 'revoked' }) });
});

test('after a failure nothing more is tried, and what was not tried is told', async () => {
  const bodies = network({ fails: 1 });
  const { outcomes, failure } = await changeSelected('revoke', many, () => {});
  expect(countOf(outcomes, 'revoked')).toBe(1000);
  expect(countOf(outcomes, 'not_tried')).toBe(1500);
  expect(bodies).toHaveLength(2);
  expect(failure?.message).toBe('The server cannot be reached.');
});

test('the last uses on view count, not those at the moment of selecting', () => {
  const key = apiKeyInfo();
  const later = { ...key, last_used_at: '2026-11-23T12:00:00.000Z' };
  const offView = apiKeyInfo();
  const selection = new Map([key, offView].map((each) => [each.id, asSelected(each)]));
  const seen = asLastSeen(selection, [later]);
  expect(seen.map((each) => each.last_used_at)).toEqual(['2026-11-23T12:00:00.000Z', null]);
});
