import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { KeystampError } from '../../errors.js';
import { packageMissing } from '../packages.js';
import { driverError } from '../postgres/driver-error.js';
import { ENGINE_WORKER } from './engine-worker.js';

/** A PostgreSQL with one session, in a thread of this process. */
export interface Engine {
  /** Sends whole messages of PostgreSQL's protocol; resolves to what the session answers. One request at a time. */
  exec(request: Uint8Array): Promise<Uint8Array>;
  /** Closes the database and ends the thread. */
  close(): Promise<void>;
  /** Called once when the thread has ended without being asked to; those who wait for an answer get the error too. */
  onDeath: (error: Error) => void;
}

const PGLITE = '@electric-sql/pglite';

/** PGlite switches it off. `fdatasync`, the default on Linux, is one of the calls that do nothing in it. */
const DURABLE = ['-c', 'fsync=on', '-c', 'wal_sync_method=fsync'];

interface Waiting {
  resolve(response: Uint8Array): void;
  reject(error: Error): void;
}

interface Answer {
  readonly id: number;
  readonly response?: Uint8Array;
  readonly error?: Error;
}

/**
 * Starts PGlite on a data directory, in a thread of its own: a statement may run for long, and must not keep this
 * thread from serving. Throws `package_missing`, as `findPGlite` does.
 */
export async function startEngine(
  dataDir: string,
  startParams: readonly string[],
): Promise<Engine> {
  const workerData = {
    ...(await findPGlite()),
    dataDir,
    startParams: [...DURABLE, ...startParams],
  };
  const engine = new ThreadEngine(start(workerData));
  try {
    await engine.started;
    return engine;
  } catch (error) {
    await engine.terminate();
    throw driverError(error);
  }
}

/** Where PGlite's files are. Throws `package_missing`: it is installed by those who use it, and a bundle may be deployed without it. */
export async function findPGlite(): Promise<{ pglite: string; nodefs: string }> {
  // A small part of it, from where the bundle is: webpack leaves the place of the sources in "import.meta.url".
  await importPackage(`${PGLITE}/nodefs`).catch((cause: unknown) => {
    throw pgliteMissing(cause);
  });
  return { pglite: pathOf(PGLITE), nodefs: pathOf(`${PGLITE}/nodefs`) };
}

/** Without the options of this process: its loaders are none of the engine's, and one of them makes texts modules. */
function start(workerData: object): Worker {
  return new Worker(ENGINE_WORKER, { eval: true, execArgv: [], workerData });
}

/** The name is a parameter: a bundler must not see it. */
function importPackage(name: string): Promise<unknown> {
  return import(/* webpackIgnore: true */ /* @vite-ignore */ name);
}

/**
 * By name and at run time: a bundler must not take PGlite along, which reads files beside its code. Some bundles leave out
 * where they are: then it is looked for beside the program, and in the current folder.
 */
function pathOf(name: string): string {
  // Not imported: webpack would resolve the names itself, at its build.
  const { createRequire } = process.getBuiltinModule('node:module');
  const bases = [import.meta.url, process.argv[1], join(process.cwd(), 'main.js')];
  let cause: unknown;
  for (const base of bases) {
    try {
      if (base) return createRequire(base).resolve(name);
    } catch (error) {
      cause = error;
    }
  }
  throw pgliteMissing(cause);
}

export function pgliteMissing(cause: unknown): KeystampError {
  return packageMissing(PGLITE, 'The embedded database', cause);
}

class ThreadEngine implements Engine {
  onDeath: (error: Error) => void = () => {};
  readonly started: Promise<unknown>;
  readonly #worker: Worker;
  readonly #waiting = new Map<number, Waiting>();
  #next = 1;
  /** Why it ends; null: it has no error. */
  #cause: Error | null = null;
  #death: Error | null = null;

  constructor(worker: Worker) {
    this.#worker = worker;
    this.started = this.#answerTo(0);
    worker.on('message', (answer: Answer) => this.#receive(answer));
    worker.on('error', (error) => {
      this.#cause = error;
    });
    // Not before: until then it may still write to the folder.
    worker.on('exit', (code) =>
      this.#die(this.#cause ?? new Error(`its thread ended with ${code}`)),
    );
  }

  exec(request: Uint8Array): Promise<Uint8Array> {
    // Bytes of its own, which can be handed over: a Buffer may share them with others.
    return this.#send(new Uint8Array(request));
  }

  async close(): Promise<void> {
    if (this.#death !== null) return;
    const exited = new Promise((resolve) => this.#worker.once('exit', resolve));
    this.onDeath = () => {};
    await this.#send(null);
    this.#worker.ref();
    await exited;
  }

  /** Ends the thread, whatever it does. */
  async terminate(): Promise<void> {
    this.onDeath = () => {};
    await this.#worker.terminate();
  }

  #send(request: Uint8Array<ArrayBuffer> | null): Promise<Uint8Array> {
    if (this.#death !== null) return Promise.reject(this.#death);
    const id = this.#next++;
    const answer = this.#answerTo(id);
    this.#worker.postMessage({ id, request }, request === null ? [] : [request.buffer]);
    return answer;
  }

  /** The thread keeps the process alive only while it works. */
  #answerTo(id: number): Promise<Uint8Array> {
    this.#worker.ref();
    return new Promise((resolve, reject) => this.#waiting.set(id, { resolve, reject }));
  }

  #receive({ id, response, error }: Answer): void {
    // What it throws is none of a statement's errors, which are answers: its session cannot be trusted any more.
    if (error !== undefined && id !== 0) {
      this.#cause = asError(error);
      void this.#worker.terminate();
      return;
    }
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (this.#waiting.size === 0) this.#worker.unref();
    if (error === undefined) waiting?.resolve(response ?? new Uint8Array());
    else waiting?.reject(asError(error));
  }

  #die(error: Error): void {
    if (this.#death !== null) return;
    this.#death = error;
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
    this.onDeath(error);
  }
}

/** A message between threads has the fields of an error. */
function asError(fields: Error): Error {
  return Object.assign(new Error(fields.message), fields);
}
