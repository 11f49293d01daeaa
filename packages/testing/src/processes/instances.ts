import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { IssuedApiKey, KeystampHealth, KeystampOptions } from 'keystamp';

const program = fileURLToPath(new URL('./instance.mjs', import.meta.url));
const core = new URL('../../../core/dist/index.js', import.meta.url).href;

/** What a load saw in one process. Times are of the host's monotonic clock, but for `usedAt`: its wall clock. */
export interface LoadSeen {
  readonly outcomes: Readonly<Record<string, number>>;
  /** When a validation failed last with `database_unavailable`; 0: never. */
  readonly lastFailureAt: number;
  /** Per key: when it was accepted last; 0: never. */
  readonly acceptedAt: readonly number[];
  /** Per key: when it was refused first; 0: never. */
  readonly refusedAt: readonly number[];
  readonly usedAt: readonly number[];
}

/** What an instance can be asked, and what it answers. */
interface Tasks {
  create(given: {
    input: { userId: string; name: string; scopes?: string[] };
    count?: number;
  }): IssuedApiKey[];
  validate(given: { apiKeys: string[]; scopes?: string[] }): string[];
  untilRefused(given: {
    apiKeys: string[];
    scopes?: string[];
    withinMs: number;
    /** Between two askings; default: a turn of the event loop. */
    pauseMs?: number;
  }): (number | null)[];
  lastAccepted(given: { apiKey: string; withinMs: number }): number | null;
  revoke(given: { id: string }): number;
  disable(given: { id: string }): number;
  enable(given: { id: string }): number;
  untilValid(given: { apiKeys: string[]; withinMs: number }): (number | null)[];
  update(given: { id: string; changes: { name?: string; scopes?: string[] } }): number;
  startLoad(given: { apiKeys: string[]; perTurn: number; pauseMs: number }): null;
  addToLoad(given: { apiKeys: string[] }): null;
  loadSoFar(given?: undefined): LoadSeen;
  stopLoad(given?: undefined): LoadSeen;
  health(given?: undefined): KeystampHealth;
  resources(given?: undefined): {
    heapUsed: number;
    rss: number;
    external: number;
    handles: number;
    sockets: number;
  };
  flush(given?: undefined): null;
  close(given?: undefined): null;
}

/** An instance in a process of its own. */
export interface Instance {
  readonly pid: number;
  tell<T extends keyof Tasks>(
    task: T,
    ...given: Parameters<Tasks[T]>
  ): Promise<ReturnType<Tasks[T]>>;
  /** SIGTERM closes the instance first. Resolves when the process is gone, to its exit code (null: by a signal). */
  end(signal?: 'SIGTERM' | 'SIGKILL'): Promise<number | null>;
}

type Answer = { turn: number; answer: unknown } | { turn: number; error: { message: string } };

/** Starts one, and resolves when it is ready. The package must be built. */
export async function startInstance(
  options: KeystampOptions & { database: string },
  nodeOptions: string[] = [],
): Promise<Instance> {
  const child = fork(program, [core, JSON.stringify(options)], { execArgv: nodeOptions });
  const asked = new Map<number, { resolve(answer: unknown): void; reject(error: Error): void }>();
  const gone = new Promise<number | null>((resolve) => child.once('exit', resolve));
  void gone.then(() => {
    for (const { reject } of asked.values()) reject(new Error('The instance is gone.'));
  });
  await readiness(child, gone);
  child.on('message', (message: Answer) => {
    const one = asked.get(message.turn);
    asked.delete(message.turn);
    if ('error' in message) one?.reject(new Error(message.error.message));
    else one?.resolve(message.answer);
  });
  let turn = 0;
  return {
    pid: child.pid as number,
    tell: (task, ...[given]) =>
      new Promise<never>((resolve, reject) => {
        turn += 1;
        asked.set(turn, { resolve: resolve as (answer: unknown) => void, reject });
        child.send({ turn, task, given }, (error) => error !== null && reject(error));
      }),
    end: (signal = 'SIGTERM') => {
      child.kill(signal);
      return gone;
    },
  };
}

async function readiness(child: ChildProcess, gone: Promise<number | null>): Promise<void> {
  const ready = new Promise((resolve) => child.once('message', resolve));
  const code = await Promise.race([ready.then(() => 'ready'), gone]);
  if (code !== 'ready') throw new Error(`The instance ended at its start: ${code}`);
}

/** The host's monotonic clock in ms, as instances tell it. */
export function monotonicMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}
