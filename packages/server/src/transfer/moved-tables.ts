/** A table that a move takes along. */
export interface MovedTable {
  /** In the schema `keystamp`. */
  readonly name: string;
  /** Each column with its type. */
  readonly columns: Readonly<Record<string, string>>;
}

/** In an order that keeps each reference: users first. A column that a migration adds has to be named here, or below. */
export const MOVED_TABLES: readonly MovedTable[] = [
  {
    name: 'users',
    columns: {
      id: 'text',
      email: 'text',
      name: 'text',
      password_hash: 'text',
      is_admin: 'boolean',
      is_active: 'boolean',
      created_at: 'timestamptz',
    },
  },
  {
    name: 'oidc_subjects',
    columns: { issuer: 'text', subject: 'text', user_id: 'text', bound_at: 'timestamptz' },
  },
  {
    name: 'api_keys',
    columns: {
      id: 'uuid',
      user_id: 'text',
      name: 'text',
      key_prefix: 'text',
      key_hash: 'bytea',
      scopes: 'text[]',
      expires_at: 'timestamptz',
      revoked_at: 'timestamptz',
      created_at: 'timestamptz',
      last_used_at: 'timestamptz',
      imported: 'boolean',
      successor_id: 'uuid',
      disabled_at: 'timestamptz',
      note: 'text',
      metadata: 'jsonb',
      predecessor_id: 'uuid',
    },
  },
  {
    name: 'key_events',
    columns: {
      id: 'bigint',
      key_id: 'uuid',
      user_id: 'text',
      at: 'timestamptz',
      kind: 'text',
      actor: 'jsonb',
      from_address: 'text',
      detail: 'jsonb',
      slot: 'text',
    },
  },
  {
    name: 'idempotency_keys',
    columns: {
      value_hash: 'bytea',
      content_hash: 'bytea',
      key_id: 'uuid',
      created_at: 'timestamptz',
    },
  },
  {
    name: 'tracking',
    columns: {
      only_row: 'boolean',
      since: 'timestamptz',
      backup_at: 'timestamptz',
      restored_at: 'timestamptz',
    },
  },
  {
    name: 'setup_tokens',
    columns: { only_row: 'boolean', token_hash: 'bytea', expires_at: 'timestamptz' },
  },
  {
    name: 'policy_run',
    columns: { only_row: 'boolean', began_at: 'timestamptz', done_at: 'timestamptz' },
  },
];

/**
 * What stays behind: sessions, sign-ins that are under way and failed ones, the oid of a table, and the migrations, which the
 * other database has of its own.
 */
export const LEFT_BEHIND: readonly string[] = [
  'sessions',
  'oidc_sign_ins',
  'sign_in_failures',
  'tracking.made_as',
  'migrations',
];
