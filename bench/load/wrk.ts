import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);

export interface WrkLoad {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly connections: number;
  readonly seconds: number;
  /** Posted, in place of a GET. */
  readonly form?: string;
}

const POST_FORM = fileURLToPath(new URL('post-form.lua', import.meta.url));

/**
 * Requests a second by `wrk` (Debian's package of that name), one thread, which costs a fraction of what a client in JavaScript does. An
 * answer that is no success, and a connection that breaks, is an error.
 */
export async function loadByWrk(load: WrkLoad): Promise<number> {
  const { url, headers, connections, seconds, form } = load;
  const options = Object.entries(headers).flatMap(([name, value]) => ['-H', `${name}: ${value}`]);
  const size = ['-t', '1', '-c', String(connections), '-d', String(seconds)];
  const script = form === undefined ? [] : ['-s', POST_FORM];
  const env = { ...process.env, WRK_FORM: form ?? '' };
  const { stdout } = await run('wrk', [...size, ...options, ...script, url], { env });
  const fault = /^ *(Non-2xx.*|Socket errors.*)$/m.exec(stdout)?.[1];
  if (fault !== undefined) throw new Error(fault);
  return Number(/Requests\/sec: +([\d.]+)/.exec(stdout)?.[1]);
}
