import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { createTestDatabase, type TestDatabase } from '@keystamp/testing/databases/test-database';
import { createKeystamp } from 'keystamp';
import { type ServerProcess, startServerProcess } from './server-process.js';

/** A database that servers with workers run on. */
export interface WorkerGround {
  readonly database: TestDatabase;
  start(env?: Record<string, string>): Promise<ServerProcess>;
  /** So many keys of one user. */
  issue(count: number): Promise<{ apiKey: string; id: string }[]>;
  /** When a key was last used, in ms since 1970; null: never. */
  storedAt(id: string): Promise<number | null>;
  close(): Promise<void>;
}

export async function createWorkerGround(): Promise<WorkerGround> {
  const database = await createTestDatabase();
  const started: ServerProcess[] = [];
  return {
    database,
    start: async (env = {}) => {
      const url = database.url as string;
      const server = await startServerProcess({ DATABASE_URL: url, KEYSTAMP_WORKERS: '2', ...env });
      started.push(server);
      return server;
    },
    issue: async (count) => {
      const keystamp = await createKeystamp({ database: await database.open() });
      const issued = [];
      for (let i = 0; i < count; i++) {
        const { apiKey, key } = await keystamp.createApiKey({ userId: 'ada', name: `Key ${i}` });
        issued.push({ apiKey, id: key.id });
      }
      await keystamp.close();
      return issued;
    },
    storedAt: async (id) => {
      const { rows } = await database.database.query<{ at: number | null }>(
        'select (extract(epoch from last_used_at) * 1000)::float8 as at from keystamp.api_keys where id = $1',
        [id],
      );
      return rows[0]?.at ?? null;
    },
    close: async () => {
      for (const each of started) await each.kill();
      await database.drop();
    },
  };
}

/** The processes that a process started and that still run. */
export function childrenOf(pid: number): number[] {
  try {
    const text = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8');
    return text.split(' ').filter(Boolean).map(Number);
  } catch {
    return [];
  }
}

export function isAlive(pid: number): boolean {
  try {
    // A process that ended and was not waited for is a zombie.
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}

/** How many connections of clients to the port a process holds. */
export function connectionsOf(pid: number, port: number): number {
  const local = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  const rows = readFileSync('/proc/net/tcp', 'utf8').trim().split('\n').slice(1);
  const fields = rows.map((row) => row.trim().split(/\s+/));
  const established = fields.filter(([, from, , state]) => from?.endsWith(local) && state === '01');
  const sockets = new Set(established.map((row) => `socket:[${row[9]}]`));
  return readdirSync(`/proc/${pid}/fd`).filter((fd) => sockets.has(linkOf(pid, fd))).length;
}

/** Empty: it is closed by now. */
function linkOf(pid: number, fd: string): string {
  try {
    return readlinkSync(`/proc/${pid}/fd/${fd}`);
  } catch {
    return '';
  }
}

/** One kept connection. Each request on it gives a status, or the code of the error that broke it. */
export function openConnection(port: number) {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  return {
    verify: (apiKey: string) =>
      new Promise<number | string>((resolve) => {
        const headers = { 'x-api-key': apiKey };
        request({ host: '127.0.0.1', port, path: '/verify', agent, headers }, (answer) => {
          answer.resume().once('end', () => resolve(answer.statusCode ?? 0));
        })
          .once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message))
          .end();
      }),
    close: () => agent.destroy(),
  };
}
