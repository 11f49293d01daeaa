import type { IssuedApiKey } from 'keystamp';
import { toIssuedApiKey } from '../api-keys/api-key-info.js';
import type { CliIo } from './cli-io.js';

/** Prints a new key, alone on standard output so that a script can take it. */
export function printIssued(io: CliIo, issued: IssuedApiKey, json: true | undefined): void {
  if (json) {
    io.out(`${JSON.stringify(toIssuedApiKey(issued))}\n`);
    return;
  }
  io.err('The key is shown this once:\n');
  io.out(`${issued.apiKey}\n`);
}
