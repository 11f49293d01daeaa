import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('../../packages/server/dist/cli/main.js', import.meta.url));

export interface MeasuredCommand {
  readonly code: number | null;
  readonly seconds: number;
  /** The most memory that the process had, as the kernel counts it. */
  readonly peakMb: number;
  readonly out: string;
  readonly err: string;
}

/** Runs a command of the built program on the embedded database in `dataDir`. */
export async function measureCommand(
  args: readonly string[],
  dataDir: string,
): Promise<MeasuredCommand> {
  const begun = performance.now();
  const child = spawn(process.execPath, [MAIN, ...args], {
    env: { PATH: process.env['PATH'], KEYSTAMP_DATA_DIR: dataDir, KEYSTAMP_LOG_LEVEL: 'warn' },
  });
  const texts = { out: '', err: '' };
  child.stdout.on('data', (data) => {
    texts.out += data;
  });
  child.stderr.on('data', (data) => {
    texts.err += data;
  });
  let peakMb = 0;
  const watch = setInterval(() => {
    peakMb = Math.max(peakMb, peakOf(child.pid ?? 0));
  }, 200);
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  clearInterval(watch);
  return { code, seconds: (performance.now() - begun) / 1000, peakMb, ...texts };
}

/** 0: it has ended. */
function peakOf(pid: number): number {
  try {
    const [, kb = '0'] = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
    return Math.round(Number(kb) / 1024);
  } catch {
    return 0;
  }
}
