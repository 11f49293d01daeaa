import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { examples } from './program.js';

/** Builds those that are not run from their sources, as a deployment does. */
export function buildApps(): void {
  build('next', ['next', 'build']);
  build('sveltekit', ['vite', 'build']);
}

/** Throws with what the build printed where it fails. */
function build(folder: string, [program = '', ...args]: readonly string[]): void {
  execFileSync(join(examples, 'node_modules/.bin', program), args, {
    cwd: join(examples, folder),
    env: { ...process.env, NODE_ENV: 'production', NEXT_TELEMETRY_DISABLED: '1' },
    stdio: 'pipe',
  });
}
