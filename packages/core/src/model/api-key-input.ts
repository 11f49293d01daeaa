import type { TransactionClient } from '../keystamp.js';

export interface CreateApiKeyInput {
  /** A display text of 1 to 255 characters, as by the rules of `keystamp/rules`; an unknown id adds the user. */
  userId: string;
  /** A display text of 1 to 100 characters; stored without the spaces around it. */
  name: string;
  /** RFC 6749 scope tokens, at most 50 of at most 100 characters. Default: none, whatever the user may do. */
  scopes?: readonly string[] | undefined;
  /** In the future. Null or left out: it does not expire. */
  expiresAt?: Date | null | undefined;
  /** What the key is for: a text of at most 500 characters, which may have line breaks. Null, empty or left out: nothing. */
  note?: string | null | undefined;
  /**
   * At most 16 pairs of text, which come back with each validation: names of 1 to 40 letters, digits, `-`, `_` and `.`, values
   * of at most 200 characters. Default: none.
   *
   * @example { plan: 'pro', tenant: '4711' }
   */
  metadata?: Readonly<Record<string, string>> | undefined;
  /**
   * Names this call, so that it can be made again when its answer is lost: 1 to 255 printable ASCII characters without
   * spaces, such as a UUID. Within a day the same value gives the same key with a new text, while the key was never
   * used; the earlier text stops. Where several callers share an instance, put the caller into the value.
   */
  idempotencyKey?: string | undefined;
  /**
   * A connection of yours in a transaction: the key is made in it, and is there if you commit and never was if you roll back. The
   * text of the key is valid only after the commit: hand it out after that. Then it is valid on every instance. The transaction must
   * be at `read committed`; other new keys of the same user wait until it ends. An error leaves the transaction usable. Send nothing
   * else over the client meanwhile. Default: a transaction of its own.
   *
   * @example
   * const client = await pool.connect();
   * try {
   *   await client.query('begin');
   *   await client.query('insert into tenants (id) values ($1)', [tenant]);
   *   const { apiKey } = await keystamp.createApiKey({ userId: tenant, name: 'First key', client });
   *   await client.query('commit');
   *   return apiKey;
   * } catch (error) {
   *   await client.query('rollback');
   *   throw error;
   * } finally {
   *   client.release();
   * }
   */
  client?: TransactionClient | undefined;
}

/** Only what is given changes. A revoked key takes `note` and `metadata`. */
export interface UpdateApiKeyInput {
  name?: string | undefined;
  scopes?: readonly string[] | undefined;
  /** Null: it does not expire any more. */
  expiresAt?: Date | null | undefined;
  /** As in `createApiKey`. Null or empty: none any more. */
  note?: string | null | undefined;
  /** All pairs, as in `createApiKey`; those that are left out go. */
  metadata?: Readonly<Record<string, string>> | undefined;
  /** Moves the key to this user; as in `createApiKey`, an unknown id adds the user. The key works on. */
  userId?: string | undefined;
}
