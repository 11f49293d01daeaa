import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readConfig } from '../src/config/config.js';
import { networkTest } from '../src/config/networks.js';
import { SETTINGS, VARIABLES } from '../src/config/settings.js';

function errorsOf(env: Record<string, string>): readonly string[] {
  const read = readConfig(env);
  return read.ok ? [] : read.errors;
}

function configOf(env: Record<string, string>) {
  const read = readConfig(env);
  if (!read.ok) throw new Error(read.errors.join('\n'));
  return read.config;
}

describe('the configuration', () => {
  it('is whole without any variable', () => {
    expect(configOf({})).toEqual({
      databaseUrl: null,
      listenDatabaseUrl: null,
      dataDir: './keystamp-data',
      migrate: true,
      host: '127.0.0.1',
      port: 4747,
      tls: null,
      publicUrl: null,
      firstAdmin: null,
      oidc: null,
      label: 'ks',
      precisionMs: 1000,
      flushIntervalMs: 500,
      outageGraceMs: 60_000,
      keyChangesPerMinute: 6000,
      keyChangesAtOnce: 20,
      maxKeysPerUser: 1000,
      maxExpiryDays: null,
      historyDays: 400,
      policy: { disableUnused: null, revokeDisabled: null },
      introspectionMaxAge: null,
      trustProxy: [],
      carriers: ['x-api-key', 'bearer', 'basic'],
      metrics: 'loopback',
      logLevel: 'info',
    });
  });

  it.each(SETTINGS.filter(({ byDefault }) => byDefault !== null))(
    'has the documented default of $name',
    ({ name, byDefault }) => {
      expect(configOf({ [name]: byDefault as string })).toEqual(configOf({}));
    },
  );

  it('takes an empty variable for an absent one', () => {
    expect(configOf({ KEYSTAMP_PORT: '', KEYSTAMP_PUBLIC_URL: '' })).toEqual(configOf({}));
  });

  it.each([
    [
      { DATABASE_URL: '' },
      'DATABASE_URL: set, but empty; expected a PostgreSQL URL like postgres://user:password@host:5432/database. ' +
        'To use the embedded database, unset DATABASE_URL',
    ],
    [
      { DATABASE_URL: '', LISTEN_DATABASE_URL: 'postgres://h/d', KEYSTAMP_DATA_DIR: '' },
      'DATABASE_URL: set, but empty',
    ],
    [
      { KEYSTAMP_DATA_DIR: '' },
      "KEYSTAMP_DATA_DIR: set, but empty; expected a folder's path. To use ./keystamp-data, unset",
    ],
  ])('an empty variable never chooses the database: %o', (env: Record<string, string>, line) => {
    expect(errorsOf(env)).toEqual([expect.stringContaining(line)]);
  });

  it('with PostgreSQL, an empty folder of the embedded database is nothing', () => {
    expect(errorsOf({ DATABASE_URL: 'postgres://h/d', KEYSTAMP_DATA_DIR: '' })).toEqual([]);
  });

  it('reads every variable', () => {
    const config = configOf({
      DATABASE_URL: 'postgres://ada:secret@db.example.com/keys',
      LISTEN_DATABASE_URL: 'postgresql://ada:secret@direct.example.com/keys',
      KEYSTAMP_DATA_DIR: '/data',
      KEYSTAMP_HOST: '0.0.0.0',
      KEYSTAMP_PORT: '0',
      KEYSTAMP_TLS_CERT_FILE: '/etc/keystamp/tls.crt',
      KEYSTAMP_TLS_KEY_FILE: '/etc/keystamp/tls.key',
      KEYSTAMP_TLS_CLIENT_CA_FILE: '/etc/keystamp/clients.crt',
      KEYSTAMP_PUBLIC_URL: 'https://keys.example.com/',
      KEYSTAMP_ADMIN_EMAIL: ' ada@example.com ',
      KEYSTAMP_ADMIN_PASSWORD: 'correct horse battery',
      KEYSTAMP_OIDC_ISSUER: 'https://id.example.com/realms/acme',
      KEYSTAMP_OIDC_CLIENT_ID: 'keystamp',
      KEYSTAMP_OIDC_CLIENT_SECRET: 'a secret',
      KEYSTAMP_KEY_LABEL: 'acme',
      KEYSTAMP_PRECISION_MS: '25000',
      KEYSTAMP_FLUSH_INTERVAL_MS: '50',
      KEYSTAMP_OUTAGE_GRACE_MS: '0',
      KEYSTAMP_KEY_CHANGES_PER_MINUTE: '10000000',
      KEYSTAMP_KEY_CHANGES_AT_ONCE: '10000',
      KEYSTAMP_MAX_KEYS_PER_USER: '10000000',
      KEYSTAMP_HISTORY_DAYS: '36500',
      KEYSTAMP_DISABLE_UNUSED: '1d',
      KEYSTAMP_MAX_EXPIRY: '365d',
      KEYSTAMP_REVOKE_DISABLED: '36500d',
      KEYSTAMP_INTROSPECTION_MAX_AGE: '0',
      KEYSTAMP_TRUST_PROXY: '10.0.0.0/8, loopback,192.0.2.7',
      KEYSTAMP_CARRIERS: 'basic, bearer',
      KEYSTAMP_METRICS: 'all',
      KEYSTAMP_LOG_LEVEL: 'debug',
    });
    expect(config).toMatchObject({
      host: '0.0.0.0',
      port: 0,
      tls: {
        certFile: '/etc/keystamp/tls.crt',
        keyFile: '/etc/keystamp/tls.key',
        clientCaFile: '/etc/keystamp/clients.crt',
      },
      publicUrl: 'https://keys.example.com',
      firstAdmin: { email: 'ada@example.com', password: 'correct horse battery' },
      oidc: {
        issuer: new URL('https://id.example.com/realms/acme'),
        clientId: 'keystamp',
        clientSecret: 'a secret',
        publicUrl: 'https://keys.example.com',
      },
      label: 'acme',
      precisionMs: 25_000,
      flushIntervalMs: 50,
      outageGraceMs: 0,
      keyChangesPerMinute: 10_000_000,
      keyChangesAtOnce: 10_000,
      maxKeysPerUser: 10_000_000,
      maxExpiryDays: 365,
      historyDays: 36_500,
      policy: { disableUnused: 1, revokeDisabled: 36_500 },
      introspectionMaxAge: 0,
      trustProxy: ['10.0.0.0/8', 'loopback', '192.0.2.7'],
      metrics: 'all',
      logLevel: 'debug',
    });
  });

  it.each([
    ['127.0.0.1:9464', { host: '127.0.0.1', port: 9464, isTls: false }],
    ['[::1]:9464', { host: '::1', port: 9464, isTls: false }],
    ['metrics.internal:80', { host: 'metrics.internal', port: 80, isTls: false }],
    ['https://10.0.0.5:9464', { host: '10.0.0.5', port: 9464, isTls: true }],
    ['https://[::1]:9464', { host: '::1', port: 9464, isTls: true }],
  ])('takes %j as an address for the metrics alone', (text, metrics) => {
    const tls = { KEYSTAMP_TLS_CERT_FILE: 'tls.crt', KEYSTAMP_TLS_KEY_FILE: 'tls.key' };
    expect(configOf({ ...tls, KEYSTAMP_METRICS: text }).metrics).toEqual(metrics);
  });

  it.each([
    ['KEYSTAMP_PORT', '65536', 'got "65536", expected a whole number from 0 to 65535'],
    ['KEYSTAMP_PORT', '80.5', 'got "80.5", expected a whole number'],
    ['KEYSTAMP_PORT', '-1', 'expected a whole number'],
    ['KEYSTAMP_PRECISION_MS', '199', 'from 200 to 25000'],
    ['KEYSTAMP_PRECISION_MS', '25001', 'from 200 to 25000'],
    ['KEYSTAMP_FLUSH_INTERVAL_MS', '1s', 'from 50 to 10000'],
    ['KEYSTAMP_OUTAGE_GRACE_MS', 'off', 'a whole number'],
    ['KEYSTAMP_KEY_CHANGES_PER_MINUTE', '0', 'expected a whole number from 1 to 10000000'],
    ['KEYSTAMP_KEY_CHANGES_AT_ONCE', '10001', 'expected a whole number from 1 to 10000'],
    ['KEYSTAMP_MAX_KEYS_PER_USER', '0', 'got "0", expected a whole number from 1 to 10000000'],
    ['KEYSTAMP_MAX_KEYS_PER_USER', '10000001', 'from 1 to 10000000'],
    ['KEYSTAMP_HISTORY_DAYS', '0', 'got "0", expected a whole number from 1 to 36500'],
    ['KEYSTAMP_HISTORY_DAYS', '400d', 'a whole number from 1 to 36500'],
    ['KEYSTAMP_MAX_EXPIRY', '1y', 'got "1y", expected days like 90d, from 1d to 36500d'],
    ['KEYSTAMP_DISABLE_UNUSED', '90', 'got "90", expected days like 90d, from 1d to 36500d'],
    ['KEYSTAMP_DISABLE_UNUSED', '0d', 'days like 90d, from 1d to 36500d'],
    ['KEYSTAMP_DISABLE_UNUSED', '24h', 'days like 90d'],
    ['KEYSTAMP_REVOKE_DISABLED', '36501d', 'days like 90d, from 1d to 36500d'],
    ['KEYSTAMP_INTROSPECTION_MAX_AGE', '-1', 'got "-1", expected a whole number from 0 to 86400'],
    ['KEYSTAMP_INTROSPECTION_MAX_AGE', '10s', 'a whole number from 0 to 86400'],
    ['KEYSTAMP_KEY_LABEL', 'My-Label', 'lower-case letters and digits'],
    ['KEYSTAMP_PUBLIC_URL', 'foo', 'got "foo", expected a URL like https://keys.example.com or'],
    ['KEYSTAMP_PUBLIC_URL', 'https://example.com/a%2Fb', 'letters, digits and - . _ ~'],
    ['KEYSTAMP_PUBLIC_URL', 'https://ada:secret@example.com/keys/', 'the value is not shown'],
    ['KEYSTAMP_CARRIERS', 'cookie', 'one or more of x-api-key, bearer, basic, each once'],
    ['KEYSTAMP_CARRIERS', 'Basic', 'expected a list with commas'],
    ['KEYSTAMP_CARRIERS', 'basic,', 'expected a list with commas'],
    ['KEYSTAMP_CARRIERS', 'basic,basic', 'expected a list with commas'],
    ['KEYSTAMP_TRUST_PROXY', 'true', 'expected a list with commas'],
    ['KEYSTAMP_TRUST_PROXY', '10.0.0.0/33', 'expected a list with commas'],
    ['KEYSTAMP_TRUST_PROXY', '0.0.0.0/0', 'expected a list with commas'],
    ['KEYSTAMP_TRUST_PROXY', 'constructor', 'expected a list with commas'],
    ['KEYSTAMP_TRUST_PROXY', '10.0.0.0/8,', 'expected a list with commas'],
    ['KEYSTAMP_TRUST_PROXY', '*', 'expected a list with commas'],
    ['KEYSTAMP_TRUST_PROXY', '1', 'expected a list with commas'],
    ['KEYSTAMP_TRUST_PROXY', '0x0a.0.0.1', 'expected a list with commas'],
    [
      'KEYSTAMP_METRICS',
      'yes',
      'expected loopback, all, or an address and port like 127.0.0.1:9464',
    ],
    ['KEYSTAMP_METRICS', '9464', 'expected loopback, all, or an address and port'],
    ['KEYSTAMP_METRICS', '::1:9464', 'expected loopback, all, or an address and port'],
    ['KEYSTAMP_METRICS', '127.0.0.1:0', 'expected loopback, all, or an address and port'],
    ['KEYSTAMP_METRICS', '127.0.0.1:65536', 'expected loopback, all, or an address and port'],
    [
      'KEYSTAMP_METRICS',
      'https://127.0.0.1:9464',
      'got "https://127.0.0.1:9464", expected KEYSTAMP_TLS_CERT_FILE beside it',
    ],
    ['KEYSTAMP_METRICS', 'http://127.0.0.1:9464', 'expected loopback, all, or an address and port'],
    ['KEYSTAMP_MIGRATE', 'no', 'KEYSTAMP_MIGRATE: got "no", expected one of true, false'],
    ['KEYSTAMP_LOG_LEVEL', 'loud', 'one of info'],
    ['KEYSTAMP_HOST', 'a b', 'KEYSTAMP_HOST: got "a b", expected an address or a name'],
    ['KEYSTAMP_HOST', 'localhost:80', 'KEYSTAMP_HOST: got "localhost:80", expected an address or'],
    ['KEYSTAMP_HOST', 'http://localhost', 'KEYSTAMP_HOST: got'],
    ['KEYSTAMP_HOST', '[::1', 'KEYSTAMP_HOST: got'],
    [
      'DATABASE_URL',
      'postgres://',
      'expected a PostgreSQL URL like postgres://user:password@host:5432/database',
    ],
    ['DATABASE_URL', 'postgresql:///', 'expected a PostgreSQL URL like'],
    ['DATABASE_URL', 'postgres://?sslmode=disable', 'expected a PostgreSQL URL like'],
    ['DATABASE_URL', 'postgres:keys', 'expected a PostgreSQL URL like'],
    ['DATABASE_URL', 'postgres://ada:se#same@h/keys', 'the password holds "#": write it as %23'],
    ['DATABASE_URL', 'postgres://h', 'it names no database: write its name after the host'],
    ['KEYSTAMP_HOST', '0.0.0.0', 'KEYSTAMP_PUBLIC_URL: not set'],
    ['KEYSTAMP_ADMIN_EMAIL', 'ada@example.com', 'KEYSTAMP_ADMIN_PASSWORD: not set'],
    ['KEYSTAMP_ADMIN_PASSWORD', 'correct horse', 'KEYSTAMP_ADMIN_EMAIL: not set'],
    ['LISTEN_DATABASE_URL', 'postgres://h/d', 'DATABASE_URL beside it'],
    ['KEYSTAMP_OIDC_ISSUER', 'https://id.example.com', 'KEYSTAMP_OIDC_CLIENT_ID: not set'],
    ['KEYSTAMP_OIDC_CLIENT_ID', 'keystamp', 'KEYSTAMP_OIDC_ISSUER: not set'],
    ['KEYSTAMP_OIDC_CLIENT_SECRET', 'a secret', 'KEYSTAMP_OIDC_ISSUER: not set'],
  ])('%s=%s: one line that names the variable', (name, value, expected) => {
    const errors = errorsOf({ [name]: value });
    expect(errors).toHaveLength(1);
    expect(errors[0]).toMatch(/^[A-Z_]+: /);
    expect(errors[0]).toContain(expected);
  });

  const oidc = {
    KEYSTAMP_OIDC_ISSUER: 'https://id.example.com',
    KEYSTAMP_OIDC_CLIENT_ID: 'keystamp',
    KEYSTAMP_OIDC_CLIENT_SECRET: 'hunter2secret',
    KEYSTAMP_PUBLIC_URL: 'https://keys.example.com',
  };

  it.each([
    ['KEYSTAMP_OIDC_ISSUER', '', 'not set, expected beside the other'],
    ['KEYSTAMP_OIDC_CLIENT_ID', '', 'not set, expected beside the other'],
    ['KEYSTAMP_OIDC_CLIENT_SECRET', '', 'not set, expected beside the other'],
    ['KEYSTAMP_PUBLIC_URL', '', 'not set, expected beside KEYSTAMP_OIDC_ISSUER'],
    ['KEYSTAMP_PUBLIC_URL', 'keys.example.com', 'expected a URL like https:'],
    ['KEYSTAMP_OIDC_ISSUER', 'id.example.com', 'got "id.example.com", expected the https URL'],
    ['KEYSTAMP_OIDC_ISSUER', 'http://id.example.com', 'got "http://id.example.com"'],
    ['KEYSTAMP_OIDC_ISSUER', 'https://id.example.com/?a=b', 'the https URL'],
    ['KEYSTAMP_OIDC_ISSUER', 'https://id.example.com/#a', 'the https URL'],
    ['KEYSTAMP_OIDC_ISSUER', 'https://ada:hunter2@id.example.com', 'the value is not shown'],
    [
      'KEYSTAMP_OIDC_ISSUER',
      'https://id.example.com/.well-known/openid-configuration',
      'without what comes from /.well-known/ on',
    ],
    ['KEYSTAMP_OIDC_CLIENT_ID', 'key\nstamp', 'the value is not shown, expected printable'],
    ['KEYSTAMP_OIDC_CLIENT_SECRET', 'hunter2secret\n', 'the value is not shown'],
  ])('sign-in by OpenID Connect with %s=%j: one line', (name, value, expected) => {
    const errors = errorsOf({ ...oidc, [name]: value });
    expect(errors).toHaveLength(1);
    expect(errors[0]?.startsWith(`${name}: `)).toBe(true);
    expect(errors[0]).toContain(expected);
    expect(errors[0]).not.toContain('hunter2');
  });

  it.each(['http://127.0.0.1:8080', 'http://localhost/realms/acme', 'http://[::1]:8080'])(
    'takes the issuer %s without TLS: it is loopback',
    (issuer) => {
      expect(errorsOf({ ...oidc, KEYSTAMP_OIDC_ISSUER: issuer })).toEqual([]);
    },
  );

  const certFile = { KEYSTAMP_TLS_CERT_FILE: 'tls.crt' };
  const keyFile = { KEYSTAMP_TLS_KEY_FILE: 'tls.key' };
  const clientCaFile = { KEYSTAMP_TLS_CLIENT_CA_FILE: 'clients.crt' };

  it.each([
    [certFile, 'KEYSTAMP_TLS_KEY_FILE: not set, expected beside KEYSTAMP_TLS_CERT_FILE'],
    [keyFile, 'KEYSTAMP_TLS_CERT_FILE: not set, expected beside KEYSTAMP_TLS_KEY_FILE'],
    [clientCaFile, 'KEYSTAMP_TLS_CERT_FILE: not set, expected beside KEYSTAMP_TLS_CLIENT_CA_FILE'],
    [
      { ...certFile, ...clientCaFile },
      'KEYSTAMP_TLS_KEY_FILE: not set, expected beside KEYSTAMP_TLS_CERT_FILE',
    ],
    [
      { KEYSTAMP_TLS_CERT_FILE: '', KEYSTAMP_TLS_KEY_FILE: '' },
      "KEYSTAMP_TLS_CERT_FILE: set, but empty; expected a PEM file's path. To use plain HTTP, unset KEYSTAMP_TLS_CERT_FILE",
    ],
    [
      { ...certFile, ...keyFile, KEYSTAMP_TLS_CLIENT_CA_FILE: '' },
      "KEYSTAMP_TLS_CLIENT_CA_FILE: set, but empty; expected a PEM file's path. To use TLS without clients' certificates, unset KEYSTAMP_TLS_CLIENT_CA_FILE",
    ],
    [
      { ...certFile, ...keyFile, KEYSTAMP_PUBLIC_URL: 'http://keys.example.com' },
      'KEYSTAMP_PUBLIC_URL: got "http://keys.example.com", expected an https URL, because KEYSTAMP_TLS_CERT_FILE is set',
    ],
  ])('TLS of its own with %o: one line', (env: Record<string, string>, line) => {
    expect(errorsOf(env)).toEqual([line]);
  });

  it('tells of all wrong variables at once', () => {
    const errors = errorsOf({ KEYSTAMP_PORT: 'x', KEYSTAMP_PRECISION_MS: 'x' });
    expect(errors.map((line) => line.split(':')[0])).toEqual([
      'KEYSTAMP_PORT',
      'KEYSTAMP_PRECISION_MS',
    ]);
  });

  it.each([
    [{ DATABASE_URL: 'mysql://ada:hunter2secret@db.example.com/keys' }],
    [{ DATABASE_URL: 'ada:hunter2secret' }],
    [{ DATABASE_URL: 'postgres://ada:hunter2#secret@h/d' }],
    [{ DATABASE_URL: 'postgres://ada:hunter2secret@@h/d' }],
    [{ DATABASE_URL: 'postgres://ada:hunter2secret/d' }],
    [{ DATABASE_URL: 'postgres://h/d', LISTEN_DATABASE_URL: 'http://ada:hunter2secret@h' }],
    [{ KEYSTAMP_PUBLIC_URL: 'https://ada:hunter2secret@keys.example.com' }],
    [{ KEYSTAMP_PUBLIC_URL: 'https://hunter2secret@keys.example.com' }],
    [{ KEYSTAMP_PUBLIC_URL: 'ada:hunter2secret@keys.example.com' }],
    [{ KEYSTAMP_ADMIN_EMAIL: 'hunter2secret@h', KEYSTAMP_ADMIN_PASSWORD: 'hunter2secret@h' }],
    [{ KEYSTAMP_ADMIN_EMAIL: 'a@b', KEYSTAMP_ADMIN_PASSWORD: 'hunter2sec' }],
  ])('never shows a password: %o', (env: Record<string, string>) => {
    const errors = errorsOf(env);
    expect(errors).toHaveLength(1);
    expect(errors[0]).not.toContain('hunter2');
  });

  it.each([
    'postgres:///keys',
    'postgres:///keys?host=/run/postgresql',
    'postgres://ada@/keys?host=/run/postgresql',
    'postgres://?host=/run/postgresql&dbname=keys',
    'postgres://db.example.com/keys',
    'postgres://a.example.com:5432,b.example.com:5433/keys?target_session_attrs=read-write',
  ])('takes %s: it says where', (url) => {
    expect(configOf({ DATABASE_URL: url }).databaseUrl).toBe(url);
  });

  it.each([
    ['localhost', 'localhost'],
    ['127.0.0.2', '127.0.0.2'],
    ['::1', '::1'],
    ['[::1]', '::1'],
  ])('%s is loopback', (host, listensOn) => {
    expect(configOf({ KEYSTAMP_HOST: host }).host).toBe(listensOn);
  });
});

describe('a variable that nothing reads', () => {
  const warningsOf = (env: Record<string, string>) => {
    const read = readConfig(env);
    return read.ok ? read.warnings : null;
  };

  it.each([
    ['KEYSTAMP_PRECISON_MS', 'KEYSTAMP_PRECISION_MS'],
    ['KEYSTAMP_DATADIR', 'KEYSTAMP_DATA_DIR'],
    ['KEYSTAMP_OIDC_SECRET', 'KEYSTAMP_OIDC_CLIENT_SECRET'],
    ['KEYSTAMP_PUBLIC_URI', 'KEYSTAMP_PUBLIC_URL'],
    ['KEYSTAMP_LABEL', 'KEYSTAMP_KEY_LABEL'],
    ['KEYSTAMP_PROT', 'KEYSTAMP_PORT'],
    ['KEYSTAMP_MAX_KEY_PER_USER', 'KEYSTAMP_MAX_KEYS_PER_USER'],
  ])('%s is named beside %s, and its value is not', (name, meant) => {
    expect(warningsOf({ [name]: 'hunter2' })).toEqual([
      `${name} is no variable of Keystamp and is not read. Is ${meant} meant?`,
    ]);
  });

  it.each([
    'POSTGRES_URL',
    'POSTGRESQL_URI',
    'POSTGRES_PRISMA_URL',
    'PG_URL',
    'PGHOST',
    'PGSERVICE',
    'DATABASE_URI',
    'DATABASE_PRIVATE_URL',
    'DB_HOST',
    'database_url',
    'KEYSTAMP_DATABASE_URL',
    'KEYSTAMP_POSTGRES_URL',
  ])('%s without DATABASE_URL is named, and its value is not', (name) => {
    expect(warningsOf({ [name]: 'hunter2' })).toEqual([
      `${name} is set and is not read. Keystamp uses the embedded database. To use PostgreSQL, set DATABASE_URL.`,
    ]);
  });

  it('several of them are one line', () => {
    expect(warningsOf({ PGHOST: 'db', PGDATABASE: 'keys', PGPORT: '5432' })).toEqual([
      expect.stringMatching(/^PGHOST, PGDATABASE are set and are not read\. Keystamp uses the emb/),
    ]);
  });

  it('beside DATABASE_URL they mean something else', () => {
    const env = {
      DATABASE_URL: 'postgres:///keys',
      PGHOST: 'db',
      POSTGRES_URL: 'x',
      PGUSER: 'ada',
    };
    expect(warningsOf(env)).toEqual([]);
    expect(warningsOf({ ...env, KEYSTAMP_DATABASE_URL: 'x' })).toEqual([
      'KEYSTAMP_DATABASE_URL is no variable of Keystamp and is not read. Is DATABASE_URL meant?',
    ]);
  });

  it('those of a database that names none are not taken for its address', () => {
    expect(warningsOf({ PGDATA: '/data', PGPASSFILE: '/x', DB: 'x', PGHOST: '' })).toEqual([]);
  });

  it.each(['KEYSTAMP_FOO', 'KEYSTAMP_DEBUG', 'KEYSTAMP_FEATURE_FLAGS', 'KEYSTAMP_'])(
    '%s is near to none, and none is guessed',
    (name) => {
      expect(warningsOf({ [name]: 'hunter2' })).toEqual([
        `${name} is no variable of Keystamp and is not read.`,
      ]);
    },
  );

  it('is none of those that are read, and none of others', () => {
    const sources = ['config.ts', 'oidc-settings.ts', 'tls-settings.ts'].map((file) =>
      readFileSync(new URL(`../src/config/${file}`, import.meta.url), 'utf8'),
    );
    const read = new Set(sources.join().match(/\b(KEYSTAMP(_[A-Z]+)+|(LISTEN_)?DATABASE_URL)\b/g));
    expect([...read].sort()).toEqual([...VARIABLES].sort());
    expect(warningsOf({ PATH: '/bin', KEYSTAMPER: 'x', KEYSTAMP_PORT: '4747' })).toEqual([]);
  });
});

describe('the networks of trusted proxies', () => {
  it('hold their addresses, also mapped into IPv6, and no others', () => {
    const isTrusted = networkTest(['10.0.0.0/8', 'fd00::/8']);
    expect(isTrusted('10.1.2.3')).toBe(true);
    expect(isTrusted('::ffff:10.1.2.3')).toBe(true);
    expect(isTrusted('fd12::1')).toBe(true);
    expect(isTrusted('11.1.2.3')).toBe(false);
    expect(isTrusted('::1')).toBe(false);
    expect(isTrusted('not an address')).toBe(false);
    expect(networkTest(['loopback'])('127.0.0.1')).toBe(true);
    expect(networkTest(['192.0.2.7'])('::ffff:192.0.2.7')).toBe(true);
  });

  it('are nobody unless configured', () => {
    expect(networkTest([])('127.0.0.1')).toBe(false);
  });
});
