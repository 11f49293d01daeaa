import { describe, expect, it } from 'vitest';
import { configOf, errorsOf } from './read.js';

describe('a wrong variable', () => {
  it.each([
    ['KEYSTAMP_PORT', '65536', 'got "65536", expected a whole number from 0 to 65535'],
    ['KEYSTAMP_PORT', '80.5', 'got "80.5", expected a whole number'],
    ['KEYSTAMP_PORT', '-1', 'expected a whole number'],
    ['KEYSTAMP_WORKERS', '0', 'got "0", expected a whole number from 1 to 256, or auto'],
    ['KEYSTAMP_WORKERS', '257', 'expected a whole number from 1 to 256, or auto'],
    ['KEYSTAMP_WORKERS', '2 ', 'expected a whole number from 1 to 256, or auto'],
    [
      'KEYSTAMP_WORKERS',
      '2',
      'expected 1, because only one process can open the embedded database',
    ],
    ['KEYSTAMP_WORKERS', 'auto', 'got "auto", expected 1, because only one process can open'],
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
    ['KEYSTAMP_LOG_FORMAT', 'xml', 'one of text, json'],
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
