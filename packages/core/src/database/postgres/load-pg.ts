import { type PackageUser, packageMissing } from '../packages.js';

export type Pg = typeof import('pg').default;

/**
 * node-postgres, loaded where it is used: a service that hands in a pool has the client that it needs there. A bundler takes
 * it along where it is installed at the build. Throws `package_missing`.
 */
export async function loadPg(user: PackageUser): Promise<Pg> {
  try {
    return (await import('pg')).default;
  } catch (cause) {
    throw packageMissing('pg', user, cause);
  }
}
