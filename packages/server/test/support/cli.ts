import { PassThrough } from 'node:stream';
import type { CliIo } from '../../src/cli/cli-io.js';
import { runCli } from '../../src/cli/run-cli.js';
import { openConfigured } from '../../src/start/open-configured.js';

export interface CliResult {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

export interface CliSurroundings {
  readonly env?: Record<string, string>;
  /** Default: as the program does, by the environment. */
  readonly open?: CliIo['open'];
  readonly stdin?: string | Uint8Array;
  /** Default: standard error is kept by something. */
  readonly errIsTerminal?: boolean;
  /** Default: standard output goes to no terminal. */
  readonly columns?: number | null;
  /** Default: standard input comes from something. */
  readonly stdinIsTerminal?: boolean;
  /** Gets what goes to standard output, in place of `out` of the result. */
  readonly onOut?: (content: string | Uint8Array) => void;
}

/** Runs a command in this process, with what it reads and writes in hand. */
export async function keystamp(
  args: readonly string[],
  {
    env = {},
    open = openConfigured,
    stdin = '',
    errIsTerminal = false,
    stdinIsTerminal = false,
    columns = null,
    onOut,
  }: CliSurroundings,
): Promise<CliResult> {
  let out = '';
  let err = '';
  const input = Object.assign(new PassThrough(), { isTTY: stdinIsTerminal });
  input.end(stdin);
  const io: CliIo = {
    env,
    stdin: input as unknown as NodeJS.ReadStream,
    out: (content) => {
      if (onOut === undefined) out += content;
      else onOut(content);
    },
    written: async () => {},
    err: (text) => {
      err += text;
    },
    errIsTerminal,
    columns,
    open,
  };
  const code = await runCli(args, io);
  return { code, out, err };
}
