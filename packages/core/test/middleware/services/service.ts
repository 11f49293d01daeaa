import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { AuthenticatedKey, KeyRequirement } from '../../../src/http/index.js';
import type { Keystamp } from '../../../src/index.js';

/**
 * The same small service in each framework, on loopback:
 *
 * - `/orders` requires a key, `/scoped` one with `orders:read`, `/optional` none.
 * - `/basic` requires what `WITH_BASIC` says.
 * - `/twice` requires a key, runs `between`, and requires `orders:read`.
 *
 * Each answers with what its handler sees of the key.
 */
export interface Service {
  readonly port: number;
  /** What the framework itself has logged. */
  readonly logged: readonly string[];
  close(): Promise<void>;
}

export const WITH_BASIC: KeyRequirement & { optional?: false } = {
  carriers: ['bearer', 'x-api-key', 'basic'],
  realm: 'Orders',
};

export interface ServiceOptions {
  readonly keystamp: Keystamp;
  between?(): Promise<void>;
}

export type StartService = (options: ServiceOptions) => Promise<Service>;

export interface Seen {
  readonly key: string | null;
  readonly user: string | null;
}

/** What a handler answers with. */
export function seen(apiKey: AuthenticatedKey | null | undefined): Seen {
  return { key: apiKey?.key.id ?? null, user: apiKey?.user.id ?? null };
}

export async function listen(server: Server): Promise<Service> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    logged: [],
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
