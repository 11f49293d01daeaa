import { describe, expect, it } from 'vitest';
import { eventSentence } from '../../src/contract/event-wording.js';
import type { KeyEvent } from '../../src/contract/events.js';

const EVENT: KeyEvent = {
  id: '1',
  key_id: '5f0c7a52-8a3e-4c1b-9d3e-2b1f6a7c8d90',
  key_name: 'export',
  key_prefix: 'ks_7Hq2ab',
  user_id: 'u2',
  at: '2026-11-20T12:00:00.000Z',
  kind: 'disabled',
  actor: { kind: 'cli', user_id: null, key_id: null, name: 'root' },
  from_address: null,
  changed: null,
  refusal: null,
};

const actor = (fields: Partial<KeyEvent['actor']>) => ({ ...EVENT.actor, name: null, ...fields });

function sentence(fields: Partial<KeyEvent>): string {
  return eventSentence(
    { ...EVENT, ...fields },
    {
      now: new Date('2026-11-23T13:00:00.000Z'),
      locale: 'en',
      nameOfUser: (id) => (id === 'u1' ? 'ada@example.com' : null),
    },
  );
}

describe('the wording of an event', () => {
  it.each<[Partial<KeyEvent>, string]>([
    [{}, 'Disabled by root at the command line'],
    [
      { kind: 'enabled', actor: actor({ kind: 'session', user_id: 'u1' }) },
      'Enabled by ada@example.com',
    ],
    [{ actor: actor({ kind: 'session', user_id: 'u9' }) }, 'Disabled by u9'],
    [
      { actor: actor({ kind: 'session', user_id: 'u1' }), from_address: '192.0.2.7' },
      'Disabled by ada@example.com from 192.0.2.7',
    ],
    [
      { kind: 'revoked', actor: actor({ kind: 'key', user_id: 'u1', key_id: 'k1' }) },
      'Revoked by ada@example.com with the key k1',
    ],
    [{ kind: 'imported', actor: actor({ kind: 'library' }) }, 'Imported by a program'],
    [
      { kind: 'rotated', actor: actor({ kind: 'library', name: 'billing' }) },
      'Rotated by billing in a program',
    ],
    [{ actor: actor({ kind: 'policy' }) }, 'Disabled by the policy for unused keys'],
    [
      { kind: 'deleted', actor: actor({ kind: 'database', name: 'postgres' }) },
      'Deleted by postgres in the database',
    ],
    [{ kind: 'created' }, 'Created by root at the command line'],
    [
      { kind: 'created', changed: { predecessor_id: { from: null, to: 'k0' } } },
      'Created as the successor of k0 by root at the command line',
    ],
    [
      { kind: 'moved', changed: { user_id: { from: 'u1', to: 'u2' } } },
      'Moved from ada@example.com to u2 by root at the command line',
    ],
    [
      {
        kind: 'updated',
        changed: {
          name: { from: 'a', to: 'b' },
          expires_at: { from: null, to: '2031-01-31T00:00:00.000Z' },
          scopes: { from: [], to: ['x'] },
        },
      },
      'Changed (name: "a" → "b", expiry: never → 2031-01-31T00:00:00.000Z, scopes) by root at the command line',
    ],
    [
      {
        kind: 'updated',
        changed: { key_hash: { from: null, to: null }, key_prefix: { from: 'ks_a', to: 'ks_b' } },
      },
      'Changed (a new text of the key) by root at the command line',
    ],
  ])('%j', (fields, words) => {
    expect(sentence(fields)).toBe(`${words}, 3 days ago`);
  });

  it.each<[KeyEvent['refusal'], string]>([
    [
      { reason: 'disabled', route: 'GET /orders', network: '192.0.2.0/24' },
      'Presented from 192.0.2.0/24 to GET /orders and refused (disabled)',
    ],
    [
      { reason: 'user_inactive', route: null, network: null },
      'Presented and refused (user_inactive)',
    ],
  ])('of a refused key: %j', (refusal, words) => {
    expect(sentence({ kind: 'refused', refusal })).toBe(`${words}, 3 days ago`);
  });
});
