import type { Database, Session } from '../../src/database/database.js';

/** A database whose statements are seen, and can be held back. Everything passes through to the real one. */
export interface WatchedDatabase extends Database {
  /** Texts sent so far, by pool and by held connections; the listening connection is apart. */
  readonly sent: string[];
  /** How many of them looked keys up. */
  lookups(): number;
  /** From now on answers that have arrived to look-ups, or to such texts, wait here, until `letGo()`. */
  holdAnswers(to?: (text: string) => boolean): void;
  letGo(): void;
  /** The server ends the next connection that is taken, before anything is sent on it. */
  breakNext(): void;
  /** Answers that wait. */
  readonly held: number;
}

export function watch(database: Database): WatchedDatabase {
  const sent: string[] = [];
  const waiting: (() => void)[] = [];
  let isHeld: (text: string) => boolean = () => false;
  let isBreaking = false;

  const seen = (executor: Pick<Session, 'query'>): Session['query'] => {
    return async (text, params) => {
      sent.push(text);
      const answer = await executor.query<never>(text, params);
      if (isHeld(text)) await new Promise<void>((resolve) => waiting.push(resolve));
      return answer;
    };
  };

  return {
    kind: database.kind,
    named: database.named,
    isEnded: database.isEnded,
    query: seen(database),
    identify: () => database.identify(),
    connect: async (lane) => {
      const session = await database.connect(lane);
      if (isBreaking) {
        isBreaking = false;
        await database.query('select pg_terminate_backend($1, 5000)', [session.backendPid]);
      }
      return {
        backendPid: session.backendPid,
        query: seen(session),
        release: (error) => session.release(error),
      };
    },
    connectDirect: () => database.connectDirect(),
    listen: (channel, handlers) => database.listen(channel, handlers),
    end: () => database.end(),
    sent,
    lookups: () => sent.filter(isLookup).length,
    holdAnswers: (to = isLookup) => {
      isHeld = to;
    },
    letGo: () => {
      isHeld = () => false;
      for (const resume of waiting.splice(0)) resume();
    },
    breakNext: () => {
      isBreaking = true;
    },
    get held() {
      return waiting.length;
    },
  };
}

function isLookup(text: string): boolean {
  return text.includes('key_hash = any');
}
