import type { IssuedApiKey } from 'keystamp';
import type { KeyServer } from '../support/key-server.js';

export type Keys = Awaited<ReturnType<typeof createKeys>>;

/** The keys that the cases need. All but one may read orders. */
export async function createKeys({ keystamp, issue }: KeyServer) {
  const of = (userId: string, scopes: string[]) => issue({ userId, scopes });
  const keys = {
    ada: await of('tenant/7:ada', ['orders:read', 'orders:write']),
    free: await of('bob', []),
    odd: await of('Ada Ünïcode 🗝: x, "1"', ['orders:read']),
    // As many scopes as a key may have, each as long as a scope may be.
    many: await of('many', ['orders:read', ...Array.from({ length: 49 }, longScope)]),
    unscoped: await of('tenant/7:ada', ['invoices:read']),
    revoked: await of('tenant/7:ada', ['orders:read']),
  } satisfies Record<string, IssuedApiKey>;
  await keystamp.revokeApiKey(keys.revoked.key.id);
  return keys;
}

function longScope(_: unknown, i: number): string {
  return `orders:${i}:`.padEnd(100, 'x');
}
