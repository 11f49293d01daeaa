import { existsSync } from 'node:fs';
import { createConnection } from 'node:net';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Database, DatabaseIdentity } from '../database.js';
import { openPostgresUrl } from '../postgres/postgres.js';
import type { PostgresOptions } from '../postgres/postgres-options.js';
import { readIdentity } from '../read-identity.js';
import { SOCKET_NAME } from './guest-server.js';
import { accessPath } from './socket-path.js';

/** A process that starts has the folder before it listens. */
const STARTS_WITHIN_MS = 10_000;

/**
 * The database of a folder that another process has, through the socket in it. Null: nobody listens there, because
 * that process is of an earlier version, or has ended.
 */
export async function openSharedFolder(
  folder: string,
  isHeld: () => Promise<boolean>,
  options: PostgresOptions,
): Promise<Database | null> {
  const access = accessPath(folder);
  if (!(await comesUp(join(access.path, SOCKET_NAME), isHeld))) {
    access.remove();
    return null;
  }
  const host = encodeURIComponent(access.path);
  const pool = await openPostgresUrl(
    `postgres://postgres@/postgres?host=${host}&port=5432`,
    options,
  );
  return {
    kind: pool.kind,
    named: pool.named,
    get isEnded() {
      return pool.isEnded;
    },
    identify: async (): Promise<DatabaseIdentity> => {
      const { version } = await readIdentity(pool);
      return { kind: 'embedded', version, folder };
    },
    query: (text, params) => pool.query(text, params),
    connect: (lane) => pool.connect(lane),
    connectDirect: () => pool.connectDirect(),
    listen: (channel, handlers) => pool.listen(channel, handlers),
    end: () => pool.end().finally(() => access.remove()),
  };
}

async function comesUp(path: string, isHeld: () => Promise<boolean>): Promise<boolean> {
  const until = performance.now() + STARTS_WITHIN_MS;
  for (;;) {
    if (await accepts(path)) return true;
    if (performance.now() > until || !(await isHeld())) return false;
    await pause(100);
  }
}

function accepts(path: string): Promise<boolean> {
  if (!existsSync(path)) return Promise.resolve(false);
  return new Promise((resolve) => {
    const socket = createConnection(path);
    const finish = (isUp: boolean) => {
      socket.destroy();
      resolve(isUp);
    };
    socket.once('connect', () => finish(true));
    socket.once('error', () => finish(false));
  });
}
