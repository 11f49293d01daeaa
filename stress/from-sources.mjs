// node --import: our packages are their sources here. The programs drive parts that the packages do not export, and there
// must not be a second copy of these.
import { register } from 'node:module';
import { pathToFileURL } from 'node:url';
import { isMainThread } from 'node:worker_threads';
import { sources } from '../scripts/sources.mjs';

if (isMainThread) register(import.meta.url);

/** The hook itself, in the thread that Node has for it. */
export function resolve(specifier, context, nextResolve) {
  const source = sources.get(specifier);
  return nextResolve(source === undefined ? specifier : pathToFileURL(source).href, context);
}
