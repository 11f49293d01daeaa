import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

export interface WrkLoad {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly connections: number;
  readonly seconds: number;
}

/**
 * Requests a second by `wrk` (Debian's package of that name), one thread, which costs a fraction of what a client in JavaScript does. An
 * answer that is no success, and a connection that breaks, is an error.
 */
export async function loadByWrk({ url, headers, connections, seconds }: WrkLoad): Promise<number> {
  const options = Object.entries(headers).flatMap(([name, value]) => ['-H', `${name}: ${value}`]);
  const size = ['-t', '1', '-c', String(connections), '-d', String(seconds)];
  const { stdout } = await run('wrk', [...size, ...options, url]);
  const fault = /^ *(Non-2xx.*|Socket errors.*)$/m.exec(stdout)?.[1];
  if (fault !== undefined) throw new Error(fault);
  return Number(/Requests\/sec: +([\d.]+)/.exec(stdout)?.[1]);
}
