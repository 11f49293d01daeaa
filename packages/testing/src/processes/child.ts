import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../../..', import.meta.url));
const built = new URL('../../../core/dist/', import.meta.url).href;

/**
 * Builds the package, so that processes of its own can be started on it: Node itself reads no TypeScript.
 * Errors of types are another check's matter; what can run is written all the same.
 */
export function buildCore(): void {
  const args = [`${root}/node_modules/typescript/bin/tsc`, '-b', 'packages/core'];
  const { error } = spawnSync(process.execPath, args, { cwd: root });
  if (error) throw error;
}

export interface Child {
  readonly process: ChildProcess;
  /** The next line that it writes; null when it has ended. */
  line(): Promise<string | null>;
  /** Resolves when it has ended, to its exit code (null: by a signal) and what it wrote to standard error. */
  readonly ended: Promise<{ code: number | null; errors: string }>;
}

/** Runs the text of a module in a process of its own; `dist` in it is the built package's folder. */
export function runModule(source: string, ...args: string[]): Child {
  const module = `const dist = ${JSON.stringify(built)};\n${source}`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', module, '--', ...args], {
    cwd: root,
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let errors = '';
  child.stderr.on('data', (text) => {
    errors += text;
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const ended = new Promise<{ code: number | null; errors: string }>((resolve) =>
    child.once('close', (code) => resolve({ code, errors })),
  );
  const line = async () => {
    const { value, done } = await lines.next();
    return done ? null : value;
  };
  return { process: child, line, ended };
}
