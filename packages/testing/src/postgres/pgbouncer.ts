import { chownSync, existsSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import pg from 'pg';
import { freePort } from '../network/free-port.js';
import { startWatched } from '../processes/watched.js';
import { until } from '../until.js';
import { runAs } from './binaries.js';

/** A PgBouncer in transaction mode in front of a server. */
export interface PgBouncer {
  /** The same database through it. */
  urlOf(database: string): string;
  end(): Promise<void>;
}

/** Where Debian's package and others put it; null where it is not installed. */
export function findPgBouncer(): string | null {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin'];
  const paths = folders.map((folder) => join(folder, 'pgbouncer'));
  return paths.find((path) => existsSync(path)) ?? null;
}

/**
 * Starts one in front of the server at `url`, for every database of it; with settings beside those of tests. It is ready
 * when `database` answers through it.
 */
export async function startPgBouncer(
  url: string,
  settings: Readonly<Record<string, string | number>> = {},
  database = 'postgres',
): Promise<PgBouncer> {
  const program = findPgBouncer();
  if (program === null) throw new Error('PgBouncer is not installed.');
  const port = await freePort();
  const home = mkdtempSync(join(tmpdir(), 'keystamp-pgbouncer-'));
  const file = join(home, 'pgbouncer.ini');
  writeFileSync(file, configuration(new URL(url), port, settings), { mode: 0o600 });
  for (const path of [home, file]) {
    if (runAs.uid !== undefined) chownSync(path, runAs.uid, runAs.gid ?? runAs.uid);
  }
  const running = startWatched([program, '-q', file], { ...runAs, home, signal: 'INT' });
  const urlOf = (database: string) => `postgres://postgres@127.0.0.1:${port}/${database}`;
  await until(() => answers(urlOf(database)), { what: 'PgBouncer to answer' });
  return {
    urlOf,
    end: () => running.end(),
  };
}

function configuration(
  server: URL,
  port: number,
  settings: Readonly<Record<string, string | number>>,
): string {
  const lines = Object.entries(settings).map(([name, value]) => `${name} = ${value}\n`);
  const password = server.password === '' ? '' : ` password=${decodeURIComponent(server.password)}`;
  const user = decodeURIComponent(server.username);
  return `[databases]
* = host=${server.hostname} port=${server.port || 5432} user=${user}${password}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = any
pool_mode = transaction
default_pool_size = 5
max_client_conn = 500
${lines.join('')}`;
}

async function answers(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => {});
  try {
    await client.connect();
    await client.query('select 1');
    return true;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => {});
  }
}
