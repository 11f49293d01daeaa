import type { ChildProcess } from 'node:child_process';
import { until } from '../until.js';

/** SIGKILL; resolves when it is gone. */
export async function killChild(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await gone;
}

/** The same for a process that another program started. */
export async function killProcess(pid: number): Promise<void> {
  if (!signal(pid, 'SIGKILL')) return;
  await until(() => !signal(pid, 0), { what: `process ${pid} to be gone` });
}

/** False: it is gone. */
function signal(pid: number, name: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
    throw error;
  }
}
