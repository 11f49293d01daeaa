import { UsageError } from './cli-io.js';

/** What an option with pairs is for. */
export const PAIRS = 'pairs for programs, as in team=billing';

/** `team=billing` as metadata. What a name and a value may be is the library's to judge. */
export function metadataOf(pairs: readonly string[]): Record<string, string> {
  const metadata = new Map<string, string>();
  for (const pair of pairs) {
    const at = pair.indexOf('=');
    const name = pair.slice(0, at);
    if (at < 1) throw new UsageError('--metadata: expected pairs like team=billing');
    if (metadata.has(name)) throw new UsageError('--metadata: expected each name once');
    metadata.set(name, pair.slice(at + 1));
  }
  return Object.fromEntries(metadata);
}
