import { type SpawnOptions, spawn } from 'node:child_process';

/** A program that ends with this process, even when that is killed. */
export interface WatchedProgram {
  /** Ends the program; resolves when it is gone, and its folder too. */
  end(): Promise<void>;
}

export interface WatchedOptions extends Omit<SpawnOptions, 'signal' | 'stdio'> {
  /** The program's folder. */
  readonly home: string;
  /** What the program ends by. Default: TERM. */
  readonly signal?: string;
}

/** The shell ends the program when its own input ends, which this process holds. */
const script = `signal=$1 home=$2; shift 2
"$@" & pid=$!; cat > /dev/null; kill -s "$signal" $pid; wait $pid; rm -rf "$home"`;

export function startWatched(
  command: readonly string[],
  { home, signal = 'TERM', ...options }: WatchedOptions,
): WatchedProgram {
  const child = spawn('/bin/sh', ['-c', script, 'sh', signal, home, ...command], {
    ...options,
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  });
  const gone = new Promise((resolve) => child.once('exit', resolve));
  return {
    end: async () => {
      child.stdin?.end();
      await gone;
    },
  };
}
