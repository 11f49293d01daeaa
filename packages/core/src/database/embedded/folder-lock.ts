import { randomBytes } from 'node:crypto';
import { readdirSync, renameSync, rmSync } from 'node:fs';
import { createConnection, createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { accessPath } from './socket-path.js';

/** Kept until `release`; the kernel frees it when the process dies, however it dies. */
export interface FolderLock {
  /** Tells other processes that want the folder where this one serves it. */
  announce(url: string): void;
  release(): void;
}

/** Who holds the folder. */
export interface FolderHolder {
  /** Null: it did not say. */
  readonly pid: number | null;
  /** Null: it serves nothing, or did not say. */
  readonly url: string | null;
}

/** What is said of this process to others. */
interface Own {
  holds: boolean;
  url: string | null;
}

interface Contender extends FolderHolder {
  /** `leaving`: it hung up without a word, because it gives up or ends just now. */
  readonly state: 'holds' | 'starts' | 'leaving';
}

/**
 * Locks an existing folder for this process, or says who holds it.
 *
 * Each process that wants the folder listens on a Unix socket of its own in it, under a name that nobody
 * uses again, and then looks at the others: who finds no other alive holds the folder. Of two that start
 * at once at least the later to announce itself sees the other, so that two never hold it. A name whose
 * owner died refuses connections and is removed, which takes nothing from anybody.
 */
export async function lockFolder(folder: string): Promise<FolderLock | FolderHolder> {
  const access = accessPath(folder);
  const name = `lock.${randomBytes(6).toString('hex')}`;
  const own: Own = { holds: false, url: null };
  const server = await listenAs(folder, access.path, name, own);
  const release = () => {
    rmSync(join(folder, name), { force: true });
    server.close();
    access.remove();
  };
  try {
    const holder = await waitForOthers(folder, access.path, name);
    if (holder !== null) {
      release();
      return { pid: holder.pid, url: holder.url };
    }
  } catch (error) {
    release();
    throw error;
  }
  own.holds = true;
  const announce = (url: string) => {
    own.url = url;
  };
  return { announce, release };
}

export function isLock(answer: FolderLock | FolderHolder): answer is FolderLock {
  return 'release' in answer;
}

/** Null: nobody else is alive. Of several that start at once the one with the first name stays. */
async function waitForOthers(
  folder: string,
  access: string,
  own: string,
): Promise<Contender | null> {
  for (;;) {
    let waiting = false;
    for (const name of readdirSync(folder)) {
      if (!/^lock\.[0-9a-f]{12}$/.test(name) || name === own) continue;
      const other = await ask(join(access, name));
      if (other === null) rmSync(join(folder, name), { force: true });
      else if (other.state === 'holds' || (other.state === 'starts' && name < own)) return other;
      else waiting = true;
    }
    if (!waiting) return null;
    await pause(10);
  }
}

/** The socket gets its name when it listens already: before, it would look like one of the dead. */
async function listenAs(
  folder: string,
  access: string,
  name: string,
  own: Readonly<Own>,
): Promise<Server> {
  const server = createServer((socket) => {
    socket.on('error', () => {});
    const words = [own.holds ? 'holds' : 'starts', process.pid, ...(own.url ? [own.url] : [])];
    socket.end(`${words.join(' ')}\n`);
  });
  const early = `early.${name}`;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(join(access, early), resolve);
  });
  server.unref();
  renameSync(join(folder, early), join(folder, name));
  return server;
}

const answerMs = 1_000;

/** Null: its owner is dead. One that accepts and stays silent (stopped, or very busy) is taken for a holder. */
function ask(path: string): Promise<Contender | null> {
  return new Promise((resolve) => {
    const socket = createConnection(path);
    let said = '';
    const finish = (silent: Contender['state']) => {
      socket.destroy();
      const [, state, pid, url = null] = /^(holds|starts) (\d+)(?: (\S+))?\n$/.exec(said) ?? [];
      if (pid === undefined) resolve({ state: silent, pid: null, url });
      else resolve({ state: state as Contender['state'], pid: Number(pid), url });
    };
    socket.setTimeout(answerMs, () => finish('holds'));
    socket.setEncoding('utf8');
    socket.on('data', (text) => {
      said += text;
    });
    socket.on('end', () => finish('leaving'));
    socket.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ECONNREFUSED' || error.code === 'ENOENT') resolve(null);
      else finish(error.code === 'ECONNRESET' ? 'leaving' : 'holds');
    });
  });
}
