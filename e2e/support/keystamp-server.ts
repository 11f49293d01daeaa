import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { freePort } from '@keystamp/testing/network/free-port';

const main = fileURLToPath(new URL('../../packages/server/dist/cli/main.js', import.meta.url));

/** A real server in a process of its own. */
export interface KeystampServer {
  readonly url: string;
  /** The one-time link of a server without an administrator; null where there is one. */
  readonly setupLink: string | null;
  /** All that it wrote, terminal and log. */
  output(): string;
  stop(): Promise<void>;
}

export interface ServerOptions {
  readonly env: Readonly<Record<string, string>>;
  /** Default: a free one. */
  readonly port?: number;
}

/** Starts a server and waits until it says that it is ready. */
export async function startServer({ env, port }: ServerOptions): Promise<KeystampServer> {
  const child = spawn(process.execPath, [main, 'serve'], {
    env: {
      PATH: process.env['PATH'],
      KEYSTAMP_PORT: String(port ?? (await freePort())),
      KEYSTAMP_PRECISION_MS: '200',
      KEYSTAMP_FLUSH_INTERVAL_MS: '50',
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const said = await readUntilReady(child, env['KEYSTAMP_ADMIN_EMAIL'] === undefined);
  return {
    url: said.url,
    setupLink: said.setupLink,
    output: said.output,
    stop: () => stop(child),
  };
}

interface Said {
  readonly url: string;
  readonly setupLink: string | null;
  output(): string;
}

function readUntilReady(child: ChildProcess, expectsSetup: boolean): Promise<Said> {
  let output = '';
  return new Promise((resolve, reject) => {
    const read = (text: Buffer) => {
      output += text;
      const url = /Sign in at (http:\S+)\/\s/.exec(output)?.[1];
      const setupLink = /(http:\S+\/setup#token=\S+)/.exec(output)?.[1] ?? null;
      if (url === undefined || (expectsSetup && setupLink === null)) return;
      resolve({ url, setupLink, output: () => output });
    };
    child.stdout?.on('data', read);
    child.stderr?.on('data', read);
    child.once('exit', (code) => reject(new Error(`The server ended with ${code}:\n${output}`)));
  });
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  await gone;
}
