import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { debianPostgres } from '../postgres/debian.js';

/** Debian's packages for a cluster, by their programs. */
const PACKAGES = {
  patroni: 'patroni',
  etcd: 'etcd-server',
  haproxy: 'haproxy',
  pgbouncer: 'pgbouncer',
} as const;

export type ClusterProgram = keyof typeof PACKAGES;

/** Debian's packages that a cluster needs and this machine lacks. */
export function missingPackages(): string[] {
  const missing = Object.entries(PACKAGES)
    .filter(([program]) => pathOf(program) === null)
    .map(([, name]) => name);
  return debianPostgres() === null ? [...missing, 'postgresql'] : missing;
}

/** The path of a program. Throws with the package that brings it. */
export function findProgram(program: ClusterProgram): string {
  const path = pathOf(program);
  if (path === null) throw new Error(`Install Debian's package "${PACKAGES[program]}".`);
  return path;
}

function pathOf(program: string): string | null {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/bin', '/usr/sbin'];
  return folders.map((folder) => join(folder, program)).find((path) => existsSync(path)) ?? null;
}
