import type { OneSession, SessionUser } from './one-session.js';

const LISTEN = /(?:^|;)\s*(listen|unlisten)\s+("(?:[^"]|"")+"|[\w$]+|\*)/gi;
const DISCARD = /(?:^|;)\s*discard\s+all\b/i;

/**
 * The channels that guests listen on. The session listens on all of them at once; this knows who asked for which. A guest
 * that stops listening must not end it for others.
 */
export class GuestChannels {
  readonly #session: OneSession;
  readonly #user: SessionUser;
  readonly #channels = new Set<string>();
  #mayHaveEnded = false;

  constructor(session: OneSession, user: SessionUser) {
    this.#session = session;
    this.#user = user;
  }

  has(channel: string): boolean {
    return this.#channels.has(channel);
  }

  get names(): Iterable<string> {
    return this.#channels;
  }

  /** A statement that was run. */
  note(sql: string): void {
    for (const [, what = '', name = ''] of sql.matchAll(LISTEN)) {
      if (what.toLowerCase() === 'listen') this.#channels.add(channelName(name));
      else this.#forget(name);
    }
    if (DISCARD.test(sql)) this.#forget('*');
  }

  /** At the end of a turn: the session listens again on what others wait for. */
  async leave(): Promise<void> {
    if (!this.#mayHaveEnded) return;
    this.#mayHaveEnded = false;
    const all = [...this.#session.channels].map(quoted).map((name) => `listen ${name}`);
    if (all.length > 0) await this.#session.rows(this.#user, all.join('; '));
  }

  #forget(name: string): void {
    this.#mayHaveEnded = true;
    if (name === '*') this.#channels.clear();
    else this.#channels.delete(channelName(name));
  }
}

function channelName(written: string): string {
  if (!written.startsWith('"')) return written.toLowerCase();
  return written.slice(1, -1).replaceAll('""', '"');
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
