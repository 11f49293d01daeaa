import { isIP } from 'node:net';
import type { Carrier } from 'keystamp/http';
import {
  CARRIERS,
  DEFAULT_LABEL,
  isCarrier,
  isEmail,
  isLabel,
  LABEL_EXPECTED,
  type NumberRange,
  OPTION_RANGES,
  POSTGRES_URL_EXPECTED,
} from 'keystamp/rules';
import { PASSWORD_RULE, passwordFault } from '../rules/credentials.js';
import { postgresUrl } from './database-url.js';
import { isLoopbackName } from './loopback-name.js';
import { parseNetworks } from './networks.js';
import { type OidcSettings, readOidcSettings } from './oidc-settings.js';
import { type PolicySettings, readDays } from './policy-settings.js';
import { PUBLIC_URL_RULE, parsePublicUrl } from './public-url.js';
import { withSecretsFromFiles } from './secret-files.js';
import { readTlsSettings, type TlsSettings } from './tls-settings.js';
import { nearDatabaseUrl, unknownVariables } from './unknown-variables.js';
import { readWorkers } from './worker-settings.js';
import { type Environment, empty, WrongVariable, withoutUser, wrong } from './wrong-variable.js';

export interface ListenAddress {
  readonly host: string;
  readonly port: number;
}

export interface MetricsAddress extends ListenAddress {
  /** With the certificate of `tls`; false: plain HTTP, whatever the API speaks. */
  readonly isTls: boolean;
}

/** Everything the environment decides, checked. */
export interface ServerConfig {
  /** Null: the embedded database in `dataDir`. */
  readonly databaseUrl: string | null;
  /** Direct connection for notifications and migrations; null: `databaseUrl`. */
  readonly listenDatabaseUrl: string | null;
  readonly dataDir: string;
  /** False: an outdated schema stops the start instead of being migrated. */
  readonly migrate: boolean;
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
  /** Processes that share the port. More than 1 only on PostgreSQL. */
  readonly workers: number;
  /** The server's own TLS; null: it speaks plain HTTP. */
  readonly tls: TlsSettings | null;
  /** Where browsers reach the server, without a slash at its end; null: any loopback name on the port. */
  readonly publicUrl: string | null;
  readonly firstAdmin: { readonly email: string; readonly password: string } | null;
  /** Sign-in beside the password; null: by password alone. */
  readonly oidc: OidcSettings | null;
  readonly label: string;
  readonly precisionMs: number;
  readonly flushIntervalMs: number;
  readonly outageGraceMs: number;
  readonly maxKeysPerUser: number;
  /** Days that events of the history are kept. */
  /** Days within which every new key expires; null: no limit. */
  readonly maxExpiryDays: number | null;
  readonly historyDays: number;
  readonly policy: PolicySettings;
  /** Changes of keys that one user may make in a minute, and at the same time. */
  readonly keyChangesPerMinute: number;
  readonly keyChangesAtOnce: number;
  /** Seconds that an answer of introspection may be kept, said by its `exp`; 0: it has no `exp`; null: the key's own expiry. */
  readonly introspectionMaxAge: number | null;
  /** Networks whose `X-Forwarded-*` count. Empty: nobody's. */
  readonly trustProxy: readonly string[];
  /** Where `/verify` and `/ext-authz` look for a key. */
  readonly carriers: readonly Carrier[];
  /** Who may read `/metrics`, or the address that alone serves it. */
  readonly metrics: 'loopback' | 'all' | MetricsAddress;
  readonly logLevel: string;
  /** Of the server's log. Null: text where a person reads it at a terminal, JSON elsewhere. */
  readonly logFormat: 'text' | 'json' | null;
}

export type ReadConfig =
  | {
      readonly ok: true;
      readonly config: ServerConfig;
      /** One line for each variable that looks like ours and is not read. */
      readonly warnings: readonly string[];
    }
  /** One line for each wrong variable: its name, what came (never a secret), what was expected. */
  | { readonly ok: false; readonly errors: readonly string[] };

const KEY_CHANGES = {
  perMinute: { from: 1, to: 10_000_000, default: 6_000 },
  atOnce: { from: 1, to: 10_000, default: 20 },
};

/** Reads the configuration. An empty variable counts as absent, but for those that say where the keys are. */
export function readConfig(given: Environment): ReadConfig {
  const { env, errors: unread } = withSecretsFromFiles(given);
  // A secret that is missing would make others look wrong.
  if (unread.length > 0) return { ok: false, errors: unread };
  const { read, errors } = collectingErrors();
  const number = (name: string, range: NumberRange) =>
    read(() => wholeNumber(env, name, range), range.default);
  const host = read(() => hostOf(env), '127.0.0.1');
  const tls = read(() => readTlsSettings(env), null);
  const ownUrl = read(() => publicUrl(env, host, tls), null);
  const config: ServerConfig = {
    databaseUrl: read(() => databaseUrl(env), null),
    listenDatabaseUrl: read(() => listenUrl(env), null),
    dataDir: read(() => dataDir(env), DATA_DIR),
    migrate: read(() => choice(env, 'KEYSTAMP_MIGRATE', ['true', 'false']), 'true') === 'true',
    host,
    port: number('KEYSTAMP_PORT', { from: 0, to: 65_535, default: 4747 }),
    workers: read(() => readWorkers(env), 1),
    tls,
    publicUrl: ownUrl,
    firstAdmin: read(() => firstAdmin(env), null),
    oidc: read(() => readOidcSettings(env, host, ownUrl), null),
    label: read(() => label(env), DEFAULT_LABEL),
    precisionMs: number('KEYSTAMP_PRECISION_MS', OPTION_RANGES.precisionMs),
    flushIntervalMs: number('KEYSTAMP_FLUSH_INTERVAL_MS', OPTION_RANGES.flushIntervalMs),
    outageGraceMs: number('KEYSTAMP_OUTAGE_GRACE_MS', OPTION_RANGES.outageGraceMs),
    keyChangesPerMinute: number('KEYSTAMP_KEY_CHANGES_PER_MINUTE', KEY_CHANGES.perMinute),
    keyChangesAtOnce: number('KEYSTAMP_KEY_CHANGES_AT_ONCE', KEY_CHANGES.atOnce),
    maxKeysPerUser: number('KEYSTAMP_MAX_KEYS_PER_USER', OPTION_RANGES.maxKeysPerUser),
    maxExpiryDays: read(() => readDays(env, 'KEYSTAMP_MAX_EXPIRY'), null),
    historyDays: number('KEYSTAMP_HISTORY_DAYS', OPTION_RANGES.historyDays),
    policy: {
      disableUnused: read(() => readDays(env, 'KEYSTAMP_DISABLE_UNUSED'), null),
      revokeDisabled: read(() => readDays(env, 'KEYSTAMP_REVOKE_DISABLED'), null),
    },
    introspectionMaxAge: read(() => introspectionMaxAge(env), null),
    trustProxy: read(() => networks(env, 'KEYSTAMP_TRUST_PROXY'), []),
    carriers: read(() => carriers(env), CARRIERS),
    metrics: read(() => metrics(env, tls), 'loopback'),
    logLevel: read(() => choice(env, 'KEYSTAMP_LOG_LEVEL', LOG_LEVELS), 'info'),
    logFormat: read(() => logFormat(env), null),
  };
  const warnings = [...nearDatabaseUrl(env), ...unknownVariables(env)];
  return errors.length === 0 ? { ok: true, config, warnings } : { ok: false, errors };
}

/** `read` gives the fallback where a variable is wrong, and keeps its line in `errors`: all are named at once. */
function collectingErrors() {
  const errors: string[] = [];
  const read = <T>(reader: () => T, fallback: T): T => {
    try {
      return reader();
    } catch (error) {
      if (!(error instanceof WrongVariable)) throw error;
      errors.push(error.message);
      return fallback;
    }
  };
  return { read, errors };
}

function introspectionMaxAge(env: Environment): number | null {
  const name = 'KEYSTAMP_INTROSPECTION_MAX_AGE';
  return env[name] ? wholeNumber(env, name, { from: 0, to: 86_400, default: 0 }) : null;
}

function logFormat(env: Environment): ServerConfig['logFormat'] {
  const name = 'KEYSTAMP_LOG_FORMAT';
  return env[name] ? choice<'text' | 'json'>(env, name, ['text', 'json']) : null;
}

const LOG_LEVELS = ['info', 'debug', 'trace', 'warn', 'error', 'fatal', 'silent'] as const;

function wholeNumber(env: Environment, name: string, range: NumberRange): number {
  const text = env[name];
  if (!text) return range.default;
  const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= range.from && value <= range.to) return value;
  throw wrong(name, text, `a whole number from ${range.from} to ${range.to}`);
}

/** The first choice is the default. */
function choice<T extends string>(
  env: Environment,
  name: string,
  choices: readonly [T, ...T[]],
): T {
  const text = env[name];
  if (!text) return choices[0];
  const found = choices.find((each) => each === text);
  if (found !== undefined) return found;
  throw wrong(name, text, `one of ${choices.join(', ')}`);
}

/** Brackets around an IPv6 address are taken off. Whether it is of this machine shows when it is listened on. */
function hostOf(env: Environment): string {
  const name = 'KEYSTAMP_HOST';
  const text = env[name];
  if (!text) return '127.0.0.1';
  if (isListenHost(text)) return bareHost(text);
  throw wrong(name, text, 'an address or a name of this machine, without a port');
}

function isListenHost(text: string): boolean {
  return isIP(bareHost(text)) === 6 || /^[A-Za-z0-9_]([A-Za-z0-9_.-]{0,252})$/.test(text);
}

function bareHost(text: string): string {
  return text.replace(/^\[(.*)\]$/, '$1');
}

function metrics(env: Environment, tls: TlsSettings | null): ServerConfig['metrics'] {
  const name = 'KEYSTAMP_METRICS';
  const text = env[name] || 'loopback';
  if (text === 'loopback' || text === 'all') return text;
  const [, scheme, host = '', port = ''] =
    /^(https:\/\/)?(\[[^\]]+\]|[^:]+):(\d{1,5})$/.exec(text) ?? [];
  const isTls = scheme !== undefined;
  if (isTls && tls === null) throw wrong(name, text, 'KEYSTAMP_TLS_CERT_FILE beside it');
  if (isListenHost(host) && Number(port) >= 1 && Number(port) <= 65_535) {
    return { host: bareHost(host), port: Number(port), isTls };
  }
  throw wrong(name, text, 'loopback, all, or an address and port like 127.0.0.1:9464');
}

const DATA_DIR = './keystamp-data';

/** A variable that was to be filled in and was not would lead to another database, without a word. */
function databaseUrl(env: Environment): string | null {
  const name = 'DATABASE_URL';
  if (env[name] !== '') return postgresUrl(env, name);
  throw empty(name, POSTGRES_URL_EXPECTED, 'the embedded database');
}

/** As `databaseUrl`. With PostgreSQL nothing is kept there. */
function dataDir(env: Environment): string {
  const name = 'KEYSTAMP_DATA_DIR';
  if (env[name] !== '' || env['DATABASE_URL'] !== undefined) return env[name] || DATA_DIR;
  throw empty(name, "a folder's path", DATA_DIR);
}

function listenUrl(env: Environment): string | null {
  const url = postgresUrl(env, 'LISTEN_DATABASE_URL');
  if (url === null || env['DATABASE_URL'] !== undefined) return url;
  throw wrong('LISTEN_DATABASE_URL', null, 'DATABASE_URL beside it');
}

function publicUrl(env: Environment, host: string, tls: TlsSettings | null): string | null {
  const name = 'KEYSTAMP_PUBLIC_URL';
  const text = env[name];
  if (!text) {
    if (isLoopbackName(host)) return null;
    const need = `the URL that browsers use, because KEYSTAMP_HOST=${host} is not loopback`;
    throw new WrongVariable(`${name}: not set, expected ${need}`);
  }
  const url = parsePublicUrl(text);
  if (url === null) throw wrong(name, withoutUser(text), PUBLIC_URL_RULE);
  if (url.startsWith('http:') && tls !== null) {
    throw wrong(name, text, 'an https URL, because KEYSTAMP_TLS_CERT_FILE is set');
  }
  return url;
}

function firstAdmin(env: Environment): ServerConfig['firstAdmin'] {
  const email = env['KEYSTAMP_ADMIN_EMAIL']?.trim();
  const password = env['KEYSTAMP_ADMIN_PASSWORD'];
  if (!email && !password) return null;
  if (!email) throw new WrongVariable('KEYSTAMP_ADMIN_EMAIL: not set, expected with the password');
  if (!isEmail(email)) {
    throw wrong('KEYSTAMP_ADMIN_EMAIL', email, 'an e-mail address of at most 254 characters');
  }
  if (!password) {
    throw new WrongVariable('KEYSTAMP_ADMIN_PASSWORD: not set, expected with the address');
  }
  if (passwordFault(password, email) !== null) {
    throw wrong('KEYSTAMP_ADMIN_PASSWORD', null, PASSWORD_RULE);
  }
  return { email, password };
}

function label(env: Environment): string {
  const text = env['KEYSTAMP_KEY_LABEL'];
  if (!text) return DEFAULT_LABEL;
  if (isLabel(text)) return text;
  throw wrong('KEYSTAMP_KEY_LABEL', text, LABEL_EXPECTED);
}

function carriers(env: Environment): readonly Carrier[] {
  const name = 'KEYSTAMP_CARRIERS';
  const text = env[name];
  if (!text) return CARRIERS;
  const found = text.split(',').map((each) => each.trim());
  if (found.every(isCarrier) && new Set(found).size === found.length) return found;
  throw wrong(name, text, `a list with commas of one or more of ${CARRIERS.join(', ')}, each once`);
}

function networks(env: Environment, name: string): readonly string[] {
  const text = env[name];
  if (!text) return [];
  const found = parseNetworks(text);
  if (found !== null) return found;
  const expected = 'addresses, networks like 10.0.0.0/8, loopback, linklocal or uniquelocal';
  throw wrong(name, text, `a list with commas of ${expected}`);
}
