import { createRequire } from 'node:module';

/** The version of this package; `src` and `dist` lie beside its package.json alike. */
export const VERSION: string = createRequire(import.meta.url)('../package.json').version;
