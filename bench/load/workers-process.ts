import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const program = fileURLToPath(new URL('../../packages/server/dist/cli/main.js', import.meta.url));
/** In which Linux counts the time of a process, whatever the machine. */
const TICKS_A_SECOND = 100;

export interface WorkersProcess {
  readonly url: string;
  /** Processor time of all its processes so far, in µs. */
  cpu(): number;
  end(): Promise<void>;
}

/** `keystamp serve` with so many workers, on a free port. */
export async function startWorkers(databaseUrl: string, workers: number): Promise<WorkersProcess> {
  const child = spawn(process.execPath, [program, 'serve'], {
    env: {
      PATH: process.env['PATH'],
      DATABASE_URL: databaseUrl,
      KEYSTAMP_PORT: '0',
      KEYSTAMP_WORKERS: String(workers),
    },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const url = await urlOf(child);
  const pid = child.pid as number;
  const pids = [pid, ...childrenOf(pid)];
  return {
    url,
    cpu: () => pids.map(cpuOf).reduce((sum, each) => sum + each, 0),
    end: async () => {
      const gone = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGTERM');
      await gone;
    },
  };
}

/** From the line that tells a person where to sign in. */
function urlOf(child: ChildProcess): Promise<string> {
  let printed = '';
  return new Promise((resolve, reject) => {
    child.stdout?.on('data', (text) => {
      printed += text;
      const [, url] = /Sign in at (\S+)\//.exec(printed) ?? [];
      if (url !== undefined) resolve(url);
    });
    child.once('exit', (code) => reject(new Error(`The server ended with ${code}: ${printed}`)));
  });
}

function childrenOf(pid: number): number[] {
  const text = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8');
  return text.split(' ').filter(Boolean).map(Number);
}

/** Fields 14 and 15 of proc(5), the twelfth and thirteenth after the name of the program. */
function cpuOf(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return ((Number(fields[11]) + Number(fields[12])) / TICKS_A_SECOND) * 1e6;
}
