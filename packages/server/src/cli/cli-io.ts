import type { Database } from 'keystamp/database';
import type { Logger } from 'pino';
import type { ServerConfig } from '../config/config.js';
import type { OpenChoices } from '../start/open-configured.js';
import type { StandardOutput } from './standard-output.js';

/** What a command works with: the process, or a test in its place. What it was asked for goes to `out`. */
export interface CliIo extends StandardOutput {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stdin: NodeJS.ReadStream;
  /** Notes and errors for people, and the log. */
  err(text: string): void;
  /** True: a person reads `err` at a terminal; false: something keeps it. */
  readonly errIsTerminal: boolean;
  /** The width of the terminal that shows `out`; null: it goes to something else, such as a file. */
  readonly columns: number | null;
  /** Opens the database of the configuration. */
  open(config: ServerConfig, logger: Logger, choices: OpenChoices): Promise<Database>;
}

/** A reason why a command did not do what it was asked for, in one line for people. */
export class CliFailure extends Error {
  override readonly name = 'CliFailure';
}

/** The command line itself was wrong. */
export class UsageError extends CliFailure {}

export const EXIT = { ok: 0, failed: 1, usage: 2 } as const;
