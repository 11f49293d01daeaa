import { type ChildProcess, spawn } from 'node:child_process';
import { chownSync, closeSync, mkdtempSync, openSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runAs } from '../postgres/binaries.js';

/** A folder, and the programs that run from it: they end with this process, even when that is killed. */
export interface ClusterHome {
  readonly path: string;
  /** Writes a file that the programs may read; its path. */
  write(name: string, text: string): string;
  /** Runs a program as another user than root. One of its arguments must be a path in the folder. Its output goes to `name.log`. */
  run(name: string, command: readonly string[]): ChildProcess;
  /** Ends all programs, also those that they started, and removes the folder. */
  end(): Promise<void>;
}

/**
 * A shell that waits for the end of this process: its input ends then. A server outlives the agent that started it, so
 * what to end is found by the folder, which stands among the arguments of each of these programs and of no other.
 * QUIT lets PostgreSQL give its shared memory back; HAProxy ends by TERM.
 */
const watch = `
cat > /dev/null
scans=0 quiet=0
while [ "$quiet" -lt 3 ]; do
  found=$(printf %s "$CLUSTER_HOME/" | grep -lF -f - /proc/[0-9]*/cmdline 2> /dev/null)
  signals='QUIT TERM CONT'
  [ "$scans" -lt 50 ] || signals=KILL
  for file in $found; do
    pid=\${file#/proc/}
    for signal in $signals; do kill -s "$signal" "\${pid%/cmdline}"; done
  done
  scans=$((scans + 1)) quiet=$((quiet + 1))
  [ -z "$found" ] || quiet=0
  sleep 0.1
done
rm -rf "$CLUSTER_HOME"
`;

export function openClusterHome(): ClusterHome {
  const path = mkdtempSync(join(tmpdir(), 'keystamp-cluster-'));
  own(path);
  const watchdog = spawn('/bin/sh', ['-c', watch], {
    env: { PATH: process.env['PATH'], CLUSTER_HOME: path },
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  });
  const gone = new Promise<void>((resolve) => watchdog.once('exit', () => resolve()));
  watchdog.unref();
  (watchdog.stdin as unknown as { unref(): void }).unref();
  return {
    path,
    write(name, text) {
      const file = join(path, name);
      writeFileSync(file, text, { mode: 0o600 });
      own(file);
      return file;
    },
    run: (name, command) => run(path, name, command),
    async end() {
      watchdog.ref(); // Now the process waits for it.
      watchdog.stdin?.end();
      await gone;
    },
  };
}

function run(home: string, name: string, [program = '', ...args]: readonly string[]): ChildProcess {
  const log = openSync(join(home, `${name}.log`), 'a');
  const child = spawn(program, args, {
    ...runAs,
    cwd: home,
    env: { PATH: process.env['PATH'], HOME: home, LC_ALL: 'C.UTF-8', TZ: 'UTC' },
    stdio: ['ignore', log, log],
    // A group of its own: an interrupt at the terminal is for the test run, which then ends the program.
    detached: true,
  });
  closeSync(log);
  child.unref();
  return child;
}

function own(path: string): void {
  if (runAs.uid !== undefined) chownSync(path, runAs.uid, runAs.gid ?? runAs.uid);
}
