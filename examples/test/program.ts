import { spawn } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

export const examples = fileURLToPath(new URL('..', import.meta.url));

/** A server in a process of its own. */
export interface Server {
  readonly url: string;
  /** Ends it as a supervisor does, and resolves when it has ended. */
  stop(): Promise<void>;
}

/** Starts a server of the examples, which says where it listens. Throws with its errors where it does not come to that. */
export function startServer(command: readonly string[], databaseUrl: string): Promise<Server> {
  const [file = '', ...args] = command;
  const child = spawn(file, args, {
    cwd: examples,
    env: {
      ...process.env,
      DATABASE_URL: databaseUrl,
      HOST: '127.0.0.1',
      PORT: '0',
      NODE_ENV: 'production',
      NEXT_TELEMETRY_DISABLED: '1',
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let errors = '';
  child.stderr.on('data', (text) => {
    errors += text;
  });
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const stop = () => {
    child.kill('SIGTERM');
    return ended;
  };
  return new Promise((resolve, reject) => {
    ended.then(() => reject(new Error(`${command.join(' ')} ended: ${errors}`)));
    child.once('error', reject);
    createInterface({ input: child.stdout }).on('line', (line) => {
      const url = /Listening on (http:\S+)/.exec(line)?.[1];
      if (url !== undefined) resolve({ url, stop });
    });
  });
}

/**
 * The program of an npm package that carries one for each system, of which npm installs that of this one. Where install scripts
 * run, Bun's moves it into the package of its name.
 */
export function binary(scope: string, name: string): string {
  const folder = join(examples, 'node_modules', scope);
  for (const installed of existsSync(folder) ? readdirSync(folder) : []) {
    for (const path of [join(folder, installed, 'bin', name), join(folder, installed, name)]) {
      if (existsSync(path)) return path;
    }
  }
  const moved = join(examples, 'node_modules', name, 'bin', `${name}.exe`);
  if (existsSync(moved)) return moved;
  throw new Error(`${scope}: no ${name} for this system; run "npm ci --prefix examples"`);
}
