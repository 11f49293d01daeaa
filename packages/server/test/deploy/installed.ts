import { spawnSync } from 'node:child_process';

/** Whether a program is there. The continuous integration installs each of them, and its tests fail without one. */
export function isInstalled(program: string, ...args: string[]): boolean {
  return spawnSync(program, args, { stdio: 'ignore' }).error === undefined || isCi;
}

const isCi = process.env['CI'] !== undefined;
