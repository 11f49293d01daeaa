import { createHash } from 'node:crypto';
import { createKeystamp } from 'keystamp';
import type { Database } from 'keystamp/database';

/** The texts of keys in a database that has something of everything; null: it may act, else the reason why not. */
export type Verdicts = Readonly<Record<string, string | null>>;

/** Fills an empty database with keys of every status, their history, users of every kind, and accounts of a provider. */
export async function fillDatabase(database: Database): Promise<Verdicts> {
  const keystamp = await createKeystamp({ database });
  const create = (name: string, userId = 'ada', scopes: string[] = []) =>
    keystamp.createApiKey({ userId, name, scopes, note: `of ${name}`, metadata: { team: 'x' } });
  const used = await create('a "used" \\ key', 'ada', ['orders:read', 'orders:write']);
  const old = await create('rotated');
  const successor = await keystamp.rotateApiKey(old.key.id, { graceSeconds: 3_600 });
  const disabled = await create('disabled');
  const revoked = await create('revoked');
  const deleted = await create('deleted');
  const idle = await create('of an inactive user', 'bob');
  await keystamp.validateUserApiKey(used.apiKey);
  await keystamp.flush();
  await keystamp.disableApiKey(disabled.key.id, { actor: { kind: 'session', userId: 'ada' } });
  await keystamp.revokeApiKey(revoked.key.id);
  await keystamp.deleteApiKey(deleted.key.id);
  await keystamp.validateUserApiKey(revoked.apiKey);
  await keystamp.setUserActive('bob', false);
  const foreign = 'old-system.key';
  const keyHash = createHash('sha256').update(foreign).digest();
  await keystamp.importApiKeys([{ keyHash, userId: 'cy', name: 'Old one' }]);
  await keystamp.close();
  await database.query(
    `insert into keystamp.users (id, email, name, password_hash, is_admin) values ('root', 'root@example.com', 'Root', '$argon2id$x', true)`,
  );
  await database.query(
    `insert into keystamp.oidc_subjects (issuer, subject, user_id) values ('https://id.example.com', 'subject-of-root', 'root')`,
  );
  return {
    [used.apiKey]: null,
    [old.apiKey]: null,
    [successor?.apiKey ?? '']: null,
    [foreign]: null,
    [disabled.apiKey]: 'disabled',
    [revoked.apiKey]: 'revoked',
    [idle.apiKey]: 'user_inactive',
  };
}
