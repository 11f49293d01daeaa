import type { Client } from 'pg';
import { driverError } from '../postgres/driver-error.js';
import { loadPg } from '../postgres/load-pg.js';
import { EngineStream } from './engine-stream.js';
import type { OneSession } from './one-session.js';

/** This process' own client of the one session. A new one takes its place where the engine has ended. */
export class OwnClient {
  readonly #session: OneSession;
  #client: Client | null = null;
  #stream: EngineStream | null = null;

  constructor(session: OneSession) {
    this.#session = session;
  }

  /** In a turn. Rejects as an outage while the engine is not back. */
  async connected(): Promise<Client> {
    if (this.#client !== null && this.#stream?.destroyed === false) return this.#client;
    const { Client } = await loadPg('The embedded database');
    const stream = new EngineStream(this.#session);
    const client = new Client({ stream: () => stream });
    // It shows at the next statement.
    client.on('error', () => {});
    try {
      await client.connect();
    } catch (error) {
      stream.destroy();
      throw driverError(error);
    }
    this.#stream = stream;
    this.#client = client;
    return client;
  }

  /** In a turn. */
  async end(): Promise<void> {
    if (this.#stream?.destroyed === false) await this.#client?.end();
  }
}
