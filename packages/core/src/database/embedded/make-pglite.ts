import type { PGlite, PGliteOptions } from '@electric-sql/pglite';
import { driverError } from '../postgres/driver-error.js';
import { pgliteMissing } from './engine.js';

type PGlitePackage = typeof import('@electric-sql/pglite');

/**
 * Starts a PGlite; `startParams` are those beside its own. Throws `package_missing` where its package is
 * not installed.
 */
export async function makePGlite(options: PGliteOptions = {}): Promise<PGlite> {
  const { PGlite } = await loadPGlite();
  const { startParams = [] } = options;
  try {
    const all = [...PGlite.defaultStartParams, ...startParams];
    return await PGlite.create({ ...options, startParams: all });
  } catch (error) {
    throw driverError(error);
  }
}

async function loadPGlite(): Promise<PGlitePackage> {
  try {
    return await importPackage('@electric-sql/pglite');
  } catch (cause) {
    throw pgliteMissing(cause);
  }
}

/**
 * PGlite reads files that lie beside its code, and ends the process where they are missing. A bundler takes the code along
 * and not the files, so that it must not see which package this is: the name is a parameter.
 */
function importPackage(name: string): Promise<PGlitePackage> {
  return import(/* webpackIgnore: true */ /* @vite-ignore */ name);
}
