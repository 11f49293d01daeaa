import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const program = fileURLToPath(new URL('../../packages/server/dist/cli/main.js', import.meta.url));

/** A start of the server as `npm start` runs it, from the first instruction to the first answer. */
export interface Start {
  readonly readyMs: number;
  /** Peak and present resident memory, in MB; null where the system does not tell. */
  readonly peakMb: number | null;
  readonly residentMb: number | null;
}

/** Starts the server, asks it until it answers, and stops it. `dataDir` is of the embedded database. */
export async function startOnce(
  place: { databaseUrl: string } | { dataDir: string },
): Promise<Start> {
  const from = performance.now();
  const child = spawn(process.execPath, [program, 'serve'], {
    env: { PATH: process.env['PATH'], KEYSTAMP_PORT: '0', ...environmentOf(place) },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const gone = new Promise((resolve) => child.once('exit', resolve));
  try {
    const url = await urlOf(child);
    const answer = await fetch(new URL('/readyz', url));
    const readyMs = performance.now() - from;
    if (!answer.ok) throw new Error(`/readyz answered ${answer.status}`);
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    return { readyMs, ...memoryOf(child.pid as number) };
  } finally {
    child.kill('SIGTERM');
    const timer = setTimeout(() => child.kill('SIGKILL'), 8_000);
    await gone;
    clearTimeout(timer);
  }
}

function environmentOf(
  place: { databaseUrl: string } | { dataDir: string },
): Record<string, string> {
  return 'databaseUrl' in place
    ? { DATABASE_URL: place.databaseUrl }
    : { KEYSTAMP_DATA_DIR: place.dataDir };
}

/** From the line that tells a person where to sign in. */
function urlOf(child: ChildProcess): Promise<string> {
  let said = '';
  return new Promise((resolve, reject) => {
    child.stdout?.on('data', (text) => {
      said += text;
      const [, url] = /Sign in at (\S+)/.exec(said) ?? [];
      if (url !== undefined) resolve(url);
    });
    child.once('exit', (code) => reject(new Error(`The server ended with ${code}: ${said}`)));
  });
}

function memoryOf(pid: number): Pick<Start, 'peakMb' | 'residentMb'> {
  if (process.platform !== 'linux') return { peakMb: null, residentMb: null };
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const mb = (name: string) => Number(new RegExp(`${name}:\\s+(\\d+) kB`).exec(status)?.[1]) / 1000;
  return { peakMb: mb('VmHWM'), residentMb: mb('VmRSS') };
}
