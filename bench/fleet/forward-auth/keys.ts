import { createKeystamp, type UserApiKey } from '../../../packages/core/src/index.js';

export interface CreatedKey {
  readonly apiKey: string;
  readonly userId: string;
  readonly key: UserApiKey;
}

export type Keys = Awaited<ReturnType<typeof createKeys>>;

/** The keys that the cases need. All but one may read orders. */
export async function createKeys(databaseUrl: string) {
  const keystamp = await createKeystamp({ database: databaseUrl });
  const create = async (userId: string, scopes: string[]): Promise<CreatedKey> => {
    const { apiKey, key } = await keystamp.createApiKey({ userId, name: 'A key', scopes });
    return { apiKey, userId, key };
  };
  const keys = {
    ada: await create('ada@example.com', ['orders:read', 'orders:write']),
    free: await create('bob', []),
    odd: await create('Ada Ünïcode 🗝\r\nx-admin: 1', ['orders:read']),
    unscoped: await create('ada@example.com', ['invoices:read']),
    revoked: await create('ada@example.com', ['orders:read']),
  };
  await keystamp.revokeApiKey(keys.revoked.key.id);
  await keystamp.close();
  return keys;
}
