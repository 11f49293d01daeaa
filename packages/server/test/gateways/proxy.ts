import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { startWatched } from '@keystamp/testing/processes/watched';

/** Where a proxy finds the other two. */
export interface Places {
  readonly keystamp: number;
  readonly service: number;
}

/**
 * How long it waits for Keystamp: as the example says, or so long that the result of a test never depends on how busy
 * the machine is.
 */
export type Limits = 'as in the example' | 'patient';

/** A proxy that runs with the example of `deploy/`, moved to loopback. */
export interface RunningProxy {
  /** Of the example, set into each surrounding, by the surrounding's name. */
  readonly ports: Readonly<Record<string, Ports>>;
  end(): Promise<void>;
}

export interface Ports {
  readonly http: number;
  /** HTTP/2 without TLS. */
  readonly http2: number;
  /**
   * What the surrounding takes from the example: the question, which it leads elsewhere, so that nobody may pass; or the
   * answers to errors, which are its own.
   */
  readonly takes: 'question' | 'errors' | null;
}

/** The program's path; null: not installed. */
export function findProgram(name: string): string | null {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin'];
  return folders.map((folder) => join(folder, name)).find((path) => existsSync(path)) ?? null;
}

/** A test is left out where its program is missing, but not in the continuous integration. */
export function isMissing(name: string): boolean {
  return findProgram(name) === null && process.env['CI'] === undefined;
}

/** A file of `deploy/` with other addresses. Each that is named must be there. */
export function exampleOf(path: string, moves: Readonly<Record<string, string>>): string {
  let text = readFileSync(new URL(`../../../../deploy/${path}`, import.meta.url), 'utf8');
  for (const [from, to] of Object.entries(moves)) {
    if (!text.includes(from)) throw new Error(`deploy/${path} does not hold ${from}`);
    text = text.replaceAll(from, to);
  }
  return text;
}

export function makeHome(name: string): string {
  return mkdtempSync(join(tmpdir(), `keystamp-${name}-`));
}

export function writeIn(home: string, file: string, text: string): string {
  const path = join(home, file);
  writeFileSync(path, text);
  return path;
}

/** Starts it in its folder, which goes with it. */
export function runProxy(name: string, args: readonly string[], home: string) {
  const program = findProgram(name);
  if (program === null) throw new Error(`${name} is not installed`);
  const env = { PATH: process.env['PATH'], HOME: home };
  return startWatched([program, ...args], { home, cwd: home, env });
}
