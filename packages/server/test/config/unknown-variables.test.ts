import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readConfig } from '../../src/config/config.js';
import { SETTINGS } from '../../src/config/settings.js';

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

  it('the file of a secret is known, and its mistyped name is near', () => {
    expect(warningsOf({ KEYSTAMP_OIDC_CLIENT_SECRETS_FILE: '/x' })).toEqual([
      'KEYSTAMP_OIDC_CLIENT_SECRETS_FILE is no variable of Keystamp and is not read. Is KEYSTAMP_OIDC_CLIENT_SECRET_FILE meant?',
    ]);
    expect(warningsOf({ KEYSTAMP_PORT_FILE: '/x' })).toHaveLength(1);
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
    const files = ['config.ts', 'oidc-settings.ts', 'tls-settings.ts', 'worker-settings.ts'];
    const sources = files.map((file) =>
      readFileSync(new URL(`../../src/config/${file}`, import.meta.url), 'utf8'),
    );
    const read = new Set(sources.join().match(/\b(KEYSTAMP(_[A-Z]+)+|(LISTEN_)?DATABASE_URL)\b/g));
    expect([...read].sort()).toEqual(SETTINGS.map(({ name }) => name).sort());
    expect(warningsOf({ PATH: '/bin', KEYSTAMPER: 'x', KEYSTAMP_PORT: '4747' })).toEqual([]);
  });
});
