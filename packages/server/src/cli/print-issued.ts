import type { IssuedApiKey, Keystamp } from 'keystamp';
import { toIssuedApiKey } from '../routes/api-keys/api-key-info.js';
import { CliFailure, type CliIo } from './cli-io.js';
import { OutputFailure } from './standard-output.js';

/** Prints a new key, alone on standard output so that a script can take it. Throws where it did not arrive. */
export async function printIssued(
  io: CliIo,
  keystamp: Keystamp,
  issued: IssuedApiKey,
  json: true | undefined,
): Promise<void> {
  if (json) {
    io.out(`${JSON.stringify(toIssuedApiKey(keystamp, issued))}\n`);
  } else {
    io.err('The key is shown this once:\n');
    io.out(`${issued.apiKey}\n`);
  }
  await io.written().catch((error: unknown) => {
    throw error instanceof OutputFailure ? lost(issued, error) : error;
  });
}

/** Nobody has the text of the key now, and it is in force: also where the reader of a pipe went away. */
function lost({ key: { id } }: IssuedApiKey, { message }: OutputFailure): CliFailure {
  return new CliFailure(
    `${message}: the key ${id} is made, and its text is lost. Revoke it (keystamp revoke ${id}), or replace it (keystamp rotate ${id})`,
  );
}
