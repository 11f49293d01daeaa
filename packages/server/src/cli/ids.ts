import { type CliIo, UsageError } from './cli-io.js';
import { textLines } from './text-lines.js';

/** The argument of a command that takes ids. */
export const IDS =
  'ids of keys, or unique beginnings of an id or prefix (ks_7Hq2); - or none: standard input has them, with spaces or line breaks between';

/**
 * The ids that a command is given, by arguments or by standard input. None at all is an empty list, as a pipe or xargs gives it: it
 * is done, and that is said. Only a person at a terminal has forgotten them.
 */
export async function idsOf(io: CliIo, given: readonly string[]): Promise<readonly string[]> {
  const isPiped = given.length === 0 || (given.length === 1 && given[0] === '-');
  if (!isPiped) return given;
  const isForgotten = given.length === 0 && io.stdin.isTTY === true;
  if (isForgotten) throw new UsageError('expected the id of a key');
  const ids: string[] = [];
  for await (const line of textLines(io.stdin)) ids.push(...line.split(/\s+/).filter(Boolean));
  if (ids.length === 0) io.err('No ids were given: nothing to do.\n');
  return ids;
}
