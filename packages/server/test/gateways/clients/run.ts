import { spawn, spawnSync } from 'node:child_process';

export interface Ran {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Nothing of the account's own settings, and nobody to ask for a password. */
function environment(home: string) {
  return {
    PATH: process.env['PATH'],
    HOME: home,
    LC_ALL: 'C.UTF-8',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_TERMINAL_PROMPT: '0',
  };
}

/** Runs a program in `home`; throws where it fails. */
export function runHere(home: string, program: string, args: readonly string[]): void {
  const options = { cwd: home, env: environment(home), encoding: 'utf8' } as const;
  const { status, stderr, error } = spawnSync(program, args, options);
  if (status !== 0) throw new Error(`${program} ${args.join(' ')}: ${error ?? stderr}`);
}

/** Runs a client in `home`, which may fail. */
export function run(home: string, program: string, args: readonly string[]): Promise<Ran> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd: home, env: environment(home), stdio: 'pipe' });
    const output = { stdout: '', stderr: '' };
    for (const name of ['stdout', 'stderr'] as const) {
      child[name].setEncoding('utf8').on('data', (text) => {
        output[name] += text;
      });
    }
    child.stdin.end();
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, ...output }));
  });
}
