import { createTestDatabase, type TestDatabase } from '@keystamp/testing/databases/test-database';
import type { InjectOptions, LightMyRequestResponse } from 'fastify';
import { createKeystamp, type Keystamp, type KeystampOptions } from 'keystamp';
import type { Database } from 'keystamp/database';
import type { Logger } from 'pino';
import { buildApp } from '../../src/app.js';
import { SIGN_IN_LIMITS, type SignInLimits } from '../../src/auth/sessions/sign-in-limits.js';
import { readConfig, type ServerConfig } from '../../src/config/config.js';
import type { ServerContext } from '../../src/context.js';
import type { WaitLimits } from '../../src/http/connections-first.js';
import type { HttpApp } from '../../src/http/http-app.js';
import type { StrangerLimits } from '../../src/http/stranger-pace.js';
import { openLog } from '../../src/log/log.js';
import { insertUser } from '../../src/sql/insert-user.js';
import type { User } from '../../src/sql/user.js';
import type { TlsServers } from '../../src/tls/tls-servers.js';
import { holdToDocument } from './hold-to-document.js';

export const ORIGIN = 'http://localhost:4747';
export const PASSWORD = 'correct horse battery';

export interface TestServer {
  readonly app: HttpApp;
  readonly context: ServerContext;
  readonly keystamp: Keystamp;
  readonly ground: TestDatabase;
  /** Every line that was logged, at level trace. */
  readonly logged: string[];
  /** Writes those lines. */
  readonly logger: Logger;
  /** Sends a request as a page of ours does: from our own origin. */
  send(request: InjectOptions & { cookie?: string }): Promise<LightMyRequestResponse>;
  /** Adds a user with `PASSWORD`, whose address is `<name>@example.com`. */
  addUser(name: string, changes?: { isAdmin?: boolean; password?: string }): Promise<User>;
  /** Signs in over HTTP; gives the cookie to send back. */
  signIn(name: string, password?: string): Promise<string>;
  close(): Promise<void>;
}

export interface TestServerOptions {
  env?: Record<string, string>;
  keystamp?: KeystampOptions;
  /** The instance hears of no change, not even of its own by notification. */
  deaf?: boolean;
  pageFolder?: string;
  signInLimits?: Partial<SignInLimits>;
  tls?: TlsServers;
  strangerLimits?: StrangerLimits;
  waitLimits?: WaitLimits;
}

/** The real server over a database of its own; only the holding back of sign-ins is shortened. */
export async function createTestServer(options: TestServerOptions = {}): Promise<TestServer> {
  const ground = await createTestDatabase();
  const database = await ground.open();
  const logged: string[] = [];
  const logger = openLog('trace', { write: (line) => logged.push(line) });
  const keystamp = await createKeystamp({
    database: options.deaf ? deafened(database) : database,
    precisionMs: 200,
    flushIntervalMs: 50,
    logger,
    ...options.keystamp,
  });
  const { app, context } = await buildApp({
    keystamp,
    logger,
    config: configOf(options.env ?? {}),
    signInLimits: { ...SIGN_IN_LIMITS, holdMs: 0, refusalHoldMs: 0, ...options.signInLimits },
    ...(options.tls === undefined ? {} : { tls: options.tls }),
    ...(options.strangerLimits === undefined ? {} : { strangerLimits: options.strangerLimits }),
    ...(options.waitLimits === undefined ? {} : { waitLimits: options.waitLimits }),
    ...(options.pageFolder === undefined ? {} : { pageFolder: options.pageFolder }),
  });
  holdToDocument(app);
  const origin = options.tls === undefined ? ORIGIN : ORIGIN.replace('http:', 'https:');
  const send: TestServer['send'] = ({ cookie, ...request }) =>
    app.inject({
      ...request,
      headers: { origin, ...(cookie === undefined ? {} : { cookie }), ...request.headers },
    });
  return {
    app,
    context,
    keystamp,
    ground,
    logged,
    logger,
    send,
    addUser: (name, changes = {}) => addUser(context, name, changes),
    signIn: (name, password = PASSWORD) => signIn(send, name, password),
    close: async () => {
      await app.close();
      await keystamp.close();
      await ground.drop();
    },
  };
}

/** The same database, whose notifications do not arrive. */
function deafened(database: Database): Database {
  const listen: Database['listen'] = (channel, { onEnd }) =>
    database.listen(channel, { onEnd, onNotification: () => {} });
  return new Proxy(database, {
    get: (target, name) => {
      if (name === 'listen') return listen;
      const value = Reflect.get(target, name);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}

export function configOf(env: Record<string, string>): ServerConfig {
  const read = readConfig(env);
  if (!read.ok) throw new Error(read.errors.join('\n'));
  return read.config;
}

const hashes = new Map<string, Promise<string>>();

async function addUser(
  { keystamp, passwords }: ServerContext,
  name: string,
  { isAdmin = false, password = PASSWORD }: { isAdmin?: boolean; password?: string },
): Promise<User> {
  const passwordHash = hashes.get(password) ?? passwords.hash(password);
  hashes.set(password, passwordHash);
  const user = await insertUser(keystamp.database, {
    email: `${name}@example.com`,
    name,
    passwordHash: await passwordHash,
    isAdmin,
  });
  if (user === null) throw new Error(`${name} is there already`);
  return user;
}

async function signIn(send: TestServer['send'], name: string, password: string): Promise<string> {
  const answer = await send({
    method: 'POST',
    url: '/api/auth/login',
    payload: { email: `${name}@example.com`, password },
  });
  if (answer.statusCode !== 200) throw new Error(`${name}: ${answer.body}`);
  return cookieOf(answer) as string;
}

/** The session cookie that an answer sets, as a browser sends it back; null: none. */
export function cookieOf(answer: LightMyRequestResponse): string | null {
  const [cookie] = answer.cookies;
  return cookie === undefined ? null : `${cookie.name}=${cookie.value}`;
}

/** Sends raw text as the body. */
export function jsonText(payload: string): Pick<InjectOptions, 'payload' | 'headers'> {
  return { payload, headers: { 'content-type': 'application/json' } };
}
