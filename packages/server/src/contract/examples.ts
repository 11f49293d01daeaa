/** One key, its user and one event, as the API document shows them wherever they are answered. */

export const EXAMPLE_ID = '5f0c7a52-8a3e-4c1b-9d3e-2b1f6a7c8d90';
/** What stands for the text of a key: no key, so that nothing takes it for one. */
export const EXAMPLE_API_KEY = 'ks_7Hq2Lm… (56 characters)';
export const EXAMPLE_TIME = '2026-11-23T11:39:57.000Z';
export const EXAMPLE_AS_OF = '2026-11-23T11:40:02.500Z';

export const EXAMPLE_USER = {
  id: 'ada',
  email: 'ada@example.com',
  name: 'Ada',
  is_admin: true,
  is_active: true,
  created_at: '2026-01-05T09:00:00.000Z',
  has_password: true,
};

export const EXAMPLE_KEY = {
  id: EXAMPLE_ID,
  user_id: 'ada',
  user_email: 'ada@example.com',
  name: 'Nightly report',
  note: null,
  metadata: { team: 'billing' },
  key_prefix: 'ks_7Hq2Lm',
  scopes: ['orders:read'],
  status: 'active',
  is_active: true,
  created_at: '2026-01-05T09:12:00.000Z',
  expires_at: null,
  disabled_at: null,
  revoked_at: null,
  last_used_at: EXAMPLE_TIME,
  predecessor_id: null,
  successor_id: null,
} as const;

export const EXAMPLE_EVENT = {
  id: '4711',
  key_id: EXAMPLE_ID,
  key_name: 'Nightly report',
  key_prefix: 'ks_7Hq2Lm',
  user_id: 'ada',
  at: EXAMPLE_TIME,
  kind: 'updated',
  actor: { kind: 'session', user_id: 'ada', key_id: null, name: null },
  from_address: '203.0.113.7',
  changed: { name: { from: 'Report', to: 'Nightly report' } },
  refusal: null,
} as const;
