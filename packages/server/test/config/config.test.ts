import { describe, expect, it } from 'vitest';
import { SETTINGS } from '../../src/config/settings.js';
import { configOf, errorsOf } from './read.js';

describe('the configuration', () => {
  it('is whole without any variable', () => {
    expect(configOf({})).toEqual({
      databaseUrl: null,
      listenDatabaseUrl: null,
      dataDir: './keystamp-data',
      migrate: true,
      host: '127.0.0.1',
      port: 4747,
      workers: 1,
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
      logFormat: null,
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
      KEYSTAMP_LOG_FORMAT: 'json',
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
      logFormat: 'json',
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
});
