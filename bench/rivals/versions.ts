import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** A package that a section runs beside ours. */
export interface Rival {
  readonly name: string;
  readonly version: string;
}

/** The packages as they are installed, from their own `package.json`. */
export function installedRivals(names: readonly string[]): Rival[] {
  const { resolve } = createRequire(import.meta.url);
  return names.map((name) => ({ name, version: versionAbove(resolve(name), name) }));
}

/** `name 1.2.3, other 4.5.6`; empty where there are none. */
export function tellRivals(rivals: readonly Rival[]): string {
  return rivals.map(({ name, version }) => `${name} ${version}`).join(', ');
}

/** Packages may hide their `package.json` from imports, so it is looked for above the file that an import gives. */
function versionAbove(file: string, name: string): string {
  for (let folder = dirname(file); folder !== dirname(folder); folder = dirname(folder)) {
    const path = join(folder, 'package.json');
    const found = existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : {};
    if (found.name === name) return found.version;
  }
  throw new Error(`${name} has no package.json above ${file}`);
}
