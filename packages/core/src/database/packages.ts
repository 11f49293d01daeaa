import { KeystampError } from '../errors.js';

/** The packages that only some databases need. They are optional peers of this one: a service installs what it uses. */
const RANGES = { pg: '^8.20.0', '@electric-sql/pglite': '^0.5.16' } as const;

type PackageName = keyof typeof RANGES;

/** Each database that needs some of them, as the beginning of a sentence. */
const NEEDS = {
  'The embedded database': ['pg', '@electric-sql/pglite'],
  'A database given by its URL': ['pg'],
  'A pool that does not name its client': ['pg'],
} as const satisfies Record<string, readonly PackageName[]>;

export type PackageUser = keyof typeof NEEDS;

/** The failure to load `name`. It says how to install all that is needed, so that nobody is sent twice. */
export function packageMissing(name: PackageName, user: PackageUser, cause: unknown) {
  const all = NEEDS[user].map((each) => `"${each}@${RANGES[each]}"`).join(' ');
  return new KeystampError(
    'package_missing',
    `${user} needs the package "${name}", which is not installed here: run npm install ${all}`,
    { cause },
  );
}
