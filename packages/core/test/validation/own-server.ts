import { type PostgresServer, startPostgres } from '@keystamp/testing/postgres/server';
import { until } from '@keystamp/testing/until';
import { openDatabase } from '../../src/database/index.js';
import {
  createKeystamp,
  type IssuedApiKey,
  type Keystamp,
  type KeystampOptions,
} from '../../src/index.js';

interface LogLine {
  readonly level: 'info' | 'warn' | 'error';
  readonly message: string;
  readonly reason?: unknown;
  readonly code?: unknown;
}

/** Instances over a server that the test may stop, kill and cut off. */
export interface OwnServer {
  readonly server: PostgresServer;
  /** An instance over the server, or over another way to it. */
  open(options?: KeystampOptions & { url?: string; poolSize?: number }): Promise<Keystamp>;
  /** A key that the instance answers for from memory: it has heard of its creation too. */
  issueKnown(keystamp: Keystamp): Promise<IssuedApiKey>;
  /** What instances logged since they were opened, without debug. */
  readonly log: LogLine[];
  /** A statement past every instance, as one by hand. */
  byHand(sql: string): Promise<{ rows: Record<string, unknown>[] }>;
  /** The server's processes of the instances' listening connections. */
  listeners(): Promise<number[]>;
  closeInstances(): Promise<void>;
  end(): Promise<void>;
}

export async function startOwnServer(): Promise<OwnServer> {
  const server = await startPostgres();
  const open: { keystamp: Keystamp; end(): Promise<void> }[] = [];
  const log: LogLine[] = [];
  const note = (level: LogLine['level']) => (fields: object, message: string) => {
    log.push({ level, message, ...fields });
  };
  const logger = { debug() {}, info: note('info'), warn: note('warn'), error: note('error') };
  const closeInstances = async () => {
    await Promise.all(
      open.splice(0).map(async ({ keystamp, end }) => {
        await keystamp.close();
        await end();
      }),
    );
    log.length = 0;
  };
  return {
    server,
    log,
    open: async ({ url = server.url, poolSize = 10, listenDatabase, ...options } = {}) => {
      const listen = listenDatabase === undefined ? {} : { listenDatabase };
      const database = await openDatabase(url, { poolSize, ...listen });
      const keystamp = await createKeystamp({
        database,
        precisionMs: 200,
        flushIntervalMs: 50,
        logger,
        ...options,
      });
      open.push({ keystamp, end: () => database.end() });
      return keystamp;
    },
    issueKnown: (keystamp) => issueKnown(server, keystamp),
    byHand: (sql) => server.exec(sql),
    listeners: async () => {
      const { rows } = await server.exec(
        `select pid from pg_stat_activity where application_name = 'keystamp' and query ~ 'pg_listening_channels|pg_control_system|listen "'`,
      );
      return rows.map(({ pid }) => pid);
    },
    closeInstances,
    end: async () => {
      await closeInstances();
      await server.end();
    },
  };
}

async function issueKnown(server: PostgresServer, keystamp: Keystamp): Promise<IssuedApiKey> {
  const [issued, marker] = [await issue(keystamp), await issue(keystamp)];
  const isValid = async ({ apiKey }: IssuedApiKey) =>
    (await keystamp.validateUserApiKey(apiKey)).valid;
  await isValid(marker);
  // Notifications come in the order of the commits: whoever hears of this one has heard of the creation.
  await server.exec(
    `update keystamp.api_keys set revoked_at = now() where id = '${marker.key.id}'`,
  );
  await until(async () => !(await isValid(marker)));
  await until(() => isValid(issued));
  return issued;
}

function issue(keystamp: Keystamp): Promise<IssuedApiKey> {
  return keystamp.createApiKey({ userId: 'ada', name: 'A key' });
}
