import type { Database, QueryResult, Session } from '../../src/database/database.js';
import { flushModel, type ModelRow } from './statement-model.js';
import type { VirtualTime } from './virtual-time.js';

/** What befalls one statement on its way. */
export interface Fate {
  /** From sending to running, and from running to the answer. */
  readonly toMs: number;
  readonly backMs: number;
  /**
   * `lost`: it never runs. `unanswered`: it runs and its sender hears of a broken connection. `stray`: its
   * sender hears of a broken connection at once, and it runs all the same, later.
   */
  readonly outcome: 'answered' | 'lost' | 'unanswered' | 'stray';
}

/** PostgreSQL as the flush sees it, in virtual time and with a network that has moods. */
export class ModelServer {
  readonly rows = new Map<string, ModelRow>();
  readonly counts = { statements: 0 };
  /** Told of each stored time, when it is stored. */
  onStored: (id: string, storedMs: number, nowMs: number) => void = () => {};
  serverStartedMs: number;
  /** The database's clock minus the true time. */
  clockAheadMs = 0;
  readonly #time: VirtualTime;

  constructor(time: VirtualTime) {
    this.#time = time;
    this.serverStartedMs = time.now - 1_000_000;
  }

  /** In whole microseconds, as PostgreSQL has it. */
  get nowMs(): number {
    return Math.round((this.#time.now + this.clockAheadMs) * 1_000) / 1_000;
  }

  addRow(id: string): ModelRow {
    const row = { lastUsedMs: null, isLocked: false, versions: 0 };
    this.rows.set(id, row);
    return row;
  }

  /** A pool onto it, each of whose statements meets the fate that it is given. */
  connectWith(nextFate: () => Fate): Database {
    const session: Session = {
      backendPid: null,
      query: (_text, params) => this.#send(params as FlushParams, nextFate()) as Promise<never>,
      release: () => {},
    };
    return {
      kind: 'postgres',
      named: true,
      connect: async () => session,
    } as Partial<Database> as Database;
  }

  async #send(params: FlushParams, fate: Fate): Promise<QueryResult> {
    if (fate.outcome === 'stray') {
      this.#time.at(this.#time.now + fate.toMs, () => this.#run(params));
      throw brokenConnection();
    }
    await this.#time.pause(fate.toMs);
    if (fate.outcome === 'lost') throw brokenConnection();
    const result = this.#run(params);
    await this.#time.pause(fate.backMs);
    if (fate.outcome === 'unanswered') throw brokenConnection();
    return result;
  }

  #run([
    idList,
    usedAtList,
    windowMs,
    serverStartedMs,
    earliestMs,
    latestMs,
    nearMs,
  ]: FlushParams): QueryResult {
    this.counts.statements++;
    const ids = elementsOf(idList);
    const usedAtMs = elementsOf(usedAtList).map(Number);
    const before = ids.map((id) => this.rows.get(id)?.versions);
    const clock = { nowMs: this.nowMs, serverStartedMs: this.serverStartedMs };
    const flush = { ids, usedAtMs, windowMs, serverStartedMs, earliestMs, latestMs, nearMs };
    const answer = flushModel(this.rows, clock, flush);
    ids.forEach((id, i) => {
      const row = this.rows.get(id);
      if (row !== undefined && row.versions !== before[i]) {
        this.onStored(id, row.lastUsedMs as number, clock.nowMs);
      }
    });
    const fixed = {
      accepted: answer.accepted,
      database_ms: answer.databaseMs,
      server_ms: answer.serverStartedMs,
    };
    const none = { ...fixed, at: null, verdict: null, stored_ms: null };
    const rows = answer.unwritten.map(({ at, verdict, storedMs }) => ({
      ...fixed,
      at: at + 1,
      verdict,
      stored_ms: storedMs,
    }));
    return { rows: rows.length === 0 ? [none] : rows, rowCount: null };
  }
}

type FlushParams = [string, string, number, number, number, number, number];

function brokenConnection(): Error {
  return Object.assign(new Error('Connection terminated unexpectedly'), { code: 'ECONNRESET' });
}

/** Of an array literal without quotes: `{a,b}`. */
function elementsOf(literal: string): string[] {
  return literal === '{}' ? [] : literal.slice(1, -1).split(',');
}
