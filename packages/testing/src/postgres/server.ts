import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { chownSync, existsSync, mkdirSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { freePort } from '../network/free-port.js';
import { until } from '../until.js';
import { postgresBinaries, runAs } from './binaries.js';

export interface PostgresServerOptions {
  /** Default: a free one below 32768. */
  port?: number;
  /** Settings beside those of tests, as in postgresql.conf. */
  options?: Readonly<Record<string, string | number | boolean>>;
  /** A folder to keep, initialised where it is empty. Default: a new temporary one, removed at `end()`. */
  dataDir?: string;
  /** The folder of its programs. Default: those from npm. */
  bin?: string;
}

/** `smart` waits for clients, `fast` cuts them off, `immediate` does not even write a checkpoint. */
type StopMode = 'smart' | 'fast' | 'immediate';

/** A PostgreSQL server of one's own: started, stopped, killed and started again at will. */
export interface PostgresServer {
  /** Through TCP on loopback, the database `postgres`. */
  readonly url: string;
  readonly port: number;
  readonly socketDir: string;
  readonly dataDir: string;
  /** Of the postmaster; null while it is stopped. */
  readonly pid: number | null;
  /** The URL of another database of it; over the Unix socket if wanted. */
  urlOf(database: string, through?: 'tcp' | 'socket'): string;
  /** Runs statements on a connection of its own. */
  exec(sql: string, database?: string): Promise<pg.QueryResult>;
  start(): Promise<void>;
  stop(mode?: StopMode): Promise<void>;
  /** SIGKILL to the postmaster, as a crash; its backends notice and end. */
  kill9(): Promise<void>;
  /** Stops it and removes its folder. */
  end(): Promise<void>;
}

const user = 'postgres';

/** What tests want: quick to start, quiet, and nothing kept for a crash of the machine. */
const settings = {
  listen_addresses: '127.0.0.1',
  fsync: 'off',
  max_connections: 300,
  shared_buffers: '64MB',
  autovacuum_naptime: '10s',
  log_min_messages: 'fatal',
  timezone: 'UTC',
};

/** Starts a fresh server. It ends with this process, even when that is killed. */
export async function startPostgres(given: PostgresServerOptions = {}): Promise<PostgresServer> {
  const port = given.port ?? (await freePort());
  const home = mkdtempSync(join(tmpdir(), 'keystamp-pg-'));
  const dataDir = given.dataDir ?? join(home, 'data');
  own(home);
  const watchdog = startWatchdog(dataDir, home);
  const bin = given.bin ?? postgresBinaries();
  initialise(bin, dataDir);
  const server = new Server(bin, port, home, dataDir, watchdog, { ...settings, ...given.options });
  try {
    await server.start();
  } catch (error) {
    await server.end();
    throw error;
  }
  return server;
}

class Server implements PostgresServer {
  readonly port: number;
  readonly socketDir: string;
  readonly dataDir: string;
  readonly #bin: string;
  readonly #watchdog: ChildProcess;
  readonly #settings: Readonly<Record<string, string | number | boolean>>;
  #process: ChildProcess | undefined;

  constructor(
    bin: string,
    port: number,
    home: string,
    dataDir: string,
    watchdog: ChildProcess,
    settings: Readonly<Record<string, string | number | boolean>>,
  ) {
    this.#bin = bin;
    this.port = port;
    this.socketDir = home;
    this.dataDir = dataDir;
    this.#watchdog = watchdog;
    this.#settings = settings;
  }

  get url(): string {
    return this.urlOf('postgres');
  }

  get pid(): number | null {
    return this.#process?.pid ?? null;
  }

  urlOf(database: string, through: 'tcp' | 'socket' = 'tcp'): string {
    return through === 'tcp'
      ? `postgres://${user}@127.0.0.1:${this.port}/${database}`
      : `postgres://${user}@/${database}?host=${encodeURIComponent(this.socketDir)}&port=${this.port}`;
  }

  async exec(sql: string, database = 'postgres'): Promise<pg.QueryResult> {
    const client = new pg.Client({ connectionString: this.urlOf(database) });
    client.on('error', () => {});
    await client.connect();
    try {
      return await client.query(sql);
    } finally {
      await client.end();
    }
  }

  async start(): Promise<void> {
    if (this.#process !== undefined) return;
    await until(() => this.#tryStart(), { timeoutMs: 60_000, what: 'PostgreSQL to start' });
  }

  /** False: backends of a killed postmaster are still alive, which is a matter of moments. */
  async #tryStart(): Promise<boolean> {
    const { child, said } = this.#spawn();
    const answers = () => this.exec('select 1').catch(() => null);
    await until(async () => this.#process !== child || (await answers()), {
      timeoutMs: 60_000,
      what: 'PostgreSQL to answer',
    });
    if (this.#process === child) return true;
    if (/shared memory block .* still in use|another server might be running/.test(said())) {
      return false;
    }
    throw new Error(`PostgreSQL did not start:\n${said()}`);
  }

  #spawn(): { child: ChildProcess; said: () => string } {
    const all = { ...this.#settings, port: this.port, unix_socket_directories: this.socketDir };
    const args = Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
    const child = spawn(join(this.#bin, 'postgres'), ['-D', this.dataDir, ...args], {
      ...runAs,
      cwd: this.dataDir,
      env: { PATH: process.env['PATH'], LC_ALL: 'C', TZ: 'UTC' },
      stdio: ['ignore', 'ignore', 'pipe'],
      // A group of its own: an interrupt at the terminal is for the test run, which then stops the server.
      detached: true,
    });
    this.#process = child;
    let said = '';
    child.stderr?.on('data', (text) => {
      said = (said + text).slice(-4_000);
    });
    child.once('exit', () => {
      if (this.#process === child) this.#process = undefined;
    });
    return { child, said: () => said };
  }

  stop(mode: StopMode = 'fast'): Promise<void> {
    const signals = { smart: 'SIGTERM', fast: 'SIGINT', immediate: 'SIGQUIT' } as const;
    return this.#signal(signals[mode]);
  }

  kill9(): Promise<void> {
    return this.#signal('SIGKILL');
  }

  async end(): Promise<void> {
    await this.stop('immediate');
    this.#watchdog.ref(); // Now the process waits for it.
    const gone = new Promise((resolve) => this.#watchdog.once('exit', resolve));
    this.#watchdog.stdin?.end();
    await gone;
  }

  async #signal(signal: NodeJS.Signals): Promise<void> {
    const child = this.#process;
    if (child === undefined) return;
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.kill(signal);
    await gone;
  }
}

function own(folder: string): void {
  if (runAs.uid !== undefined) chownSync(folder, runAs.uid, runAs.gid ?? runAs.uid);
}

function initialise(bin: string, dataDir: string): void {
  if (existsSync(join(dataDir, 'PG_VERSION'))) return;
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  own(dataDir);
  const args = ['-D', dataDir, '-U', user, '-A', 'trust', '-N', '--no-locale', '-E', 'UTF8'];
  const { status, stderr } = spawnSync(join(bin, 'initdb'), args, {
    ...runAs,
    cwd: dataDir,
    env: { PATH: process.env['PATH'], LC_ALL: 'C' },
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`initdb failed:\n${stderr}`);
}

/**
 * A shell that waits for the end of this process: its input ends then. It stops what is still running in the data
 * directory and removes it.
 */
const watch = `
cat > /dev/null
if read -r pid < "$1/postmaster.pid"; then
  kill -QUIT "$pid"
  n=0
  while kill -0 "$pid" && [ "$n" -lt 50 ]; do sleep 0.1; n=$((n + 1)); done
  kill -KILL "$pid"
fi
rm -rf "$2"
`;

function startWatchdog(dataDir: string, home: string): ChildProcess {
  const child = spawn('/bin/sh', ['-c', watch, 'sh', dataDir, home], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  });
  child.unref();
  (child.stdin as unknown as { unref(): void }).unref();
  return child;
}
