import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { freePort } from '@keystamp/testing/network/free-port';
import { until } from '@keystamp/testing/until';

const MAIN = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));

export interface ServerProcess {
  readonly port: number;
  readonly url: string;
  readonly child: ChildProcess;
  /** What it printed for people, and its log. */
  stdout(): string;
  stderr(): string;
  /** Resolves when it prints that it is ready; fails when it ends before. */
  ready(): Promise<void>;
  /** Its exit code, or the signal that killed it. */
  ended(): Promise<number | NodeJS.Signals | null>;
  /** Ends it, whatever it does. */
  kill(): Promise<void>;
}

/**
 * `keystamp serve` as people run it: the built program, in a process of its own, on a free port. `stderr`: a file
 * descriptor in place of what `stderr()` gives. `node`: the program that runs it. Default: that of the tests.
 */
export async function startServerProcess(
  env: Record<string, string>,
  { stderr = 'pipe', node = process.execPath }: { stderr?: 'pipe' | number; node?: string } = {},
): Promise<ServerProcess> {
  if (!existsSync(MAIN)) throw new Error('build first: npx tsc -b packages/server');
  const port = Number(env['KEYSTAMP_PORT'] ?? (await freePort()));
  const child = spawn(node, [MAIN, 'serve'], {
    env: { PATH: process.env['PATH'], KEYSTAMP_PORT: String(port), ...env },
    stdio: ['ignore', 'pipe', stderr],
  });
  const texts = { stdout: '', stderr: '' };
  child.stdout?.on('data', (data) => {
    texts.stdout += data;
  });
  child.stderr?.on('data', (data) => {
    texts.stderr += data;
  });
  const end = new Promise<number | NodeJS.Signals | null>((resolve) =>
    child.once('close', (code, signal) => resolve(code ?? signal)),
  );
  return {
    port,
    url: `http://127.0.0.1:${port}`,
    child,
    stdout: () => texts.stdout,
    stderr: () => texts.stderr,
    ready: async () => {
      const isUp = () => texts.stdout.includes('Sign in at');
      await until(() => isUp() || child.exitCode !== null, {
        timeoutMs: 60_000,
        what: 'the start',
      });
      if (child.exitCode !== null) throw new Error(`it ended: ${texts.stderr}`);
    },
    ended: () => end,
    kill: async () => {
      child.kill('SIGKILL');
      await end;
    },
  };
}
