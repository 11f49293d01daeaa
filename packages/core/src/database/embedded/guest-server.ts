import { chmodSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { Guest } from './guest.js';
import type { OneSession } from './one-session.js';
import { accessPath } from './socket-path.js';

/** As PostgreSQL's own programs look for it, in the folder that is their host. */
export const SOCKET_NAME = '.s.PGSQL.5432';

/** More at once are sent away: all of them share one session. */
const MAX_GUESTS = 100;

/** Lets other processes in, until `close`. */
export interface GuestServer {
  /** Sends everybody away; what they have not committed is rolled back. */
  close(): Promise<void>;
}

/**
 * Listens on a Unix socket in the folder, for its owner only. The folder must be locked: a socket that an earlier
 * process left is replaced.
 */
export async function openGuestServer(folder: string, session: OneSession): Promise<GuestServer> {
  const guests = new Set<Guest>();
  const server = createServer((socket) => {
    const guest = new Guest(socket, session);
    guests.add(guest);
    socket.once('close', () => guests.delete(guest));
    if (guests.size > MAX_GUESTS) void guest.dismiss('53300', 'too many connections');
  });
  const access = accessPath(folder);
  const path = join(folder, SOCKET_NAME);
  try {
    await listenAt(server, folder, access.path);
  } catch (error) {
    access.remove();
    throw error;
  }
  const close = async () => {
    rmSync(path, { force: true });
    server.close();
    access.remove();
    const why = 'the process that has the embedded database ends';
    await Promise.all([...guests].map((guest) => guest.dismiss('57P01', why)));
  };
  return { close };
}

/** It gets its name when it is the owner's alone: in between, nobody else may reach it. */
async function listenAt(server: Server, folder: string, access: string): Promise<void> {
  const hidden = mkdtempSync(join(folder, 'early.'));
  const name = hidden.slice(folder.length + 1);
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(join(access, name, 's'), resolve);
    });
    server.unref();
    chmodSync(join(hidden, 's'), 0o600);
    renameSync(join(hidden, 's'), join(folder, SOCKET_NAME));
  } finally {
    rmSync(hidden, { recursive: true, force: true });
  }
}
