import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SECRETS } from '../../src/config/settings.js';
import { configOf, errorsOf } from './read.js';

const URL_OF_KEYS = 'postgres://ada:hunter2@db.example.com/keys';
const EXPECTED =
  'the value is not shown, expected the path of a file that holds the secret alone; ';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'keystamp-secrets-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let files = 0;
/** A file of that content; its path. */
function file(content: string | Buffer): string {
  const path = join(folder, `secret-${files++}`);
  writeFileSync(path, content);
  return path;
}

describe('a secret in a file', () => {
  it('can be each of these', () => {
    expect(SECRETS).toEqual([
      'DATABASE_URL',
      'LISTEN_DATABASE_URL',
      'KEYSTAMP_ADMIN_PASSWORD',
      'KEYSTAMP_OIDC_CLIENT_SECRET',
    ]);
    const config = configOf({
      DATABASE_URL_FILE: file(URL_OF_KEYS),
      LISTEN_DATABASE_URL_FILE: file('postgres://direct.example.com/keys'),
      KEYSTAMP_ADMIN_EMAIL: 'ada@example.com',
      KEYSTAMP_ADMIN_PASSWORD_FILE: file('slow brown river stones'),
      KEYSTAMP_OIDC_ISSUER: 'https://id.example.com',
      KEYSTAMP_OIDC_CLIENT_ID: 'keystamp',
      KEYSTAMP_OIDC_CLIENT_SECRET_FILE: file('a secret of the provider'),
      KEYSTAMP_PUBLIC_URL: 'https://keys.example.com',
      KEYSTAMP_WORKERS: '2',
    });
    expect(config).toMatchObject({
      databaseUrl: URL_OF_KEYS,
      listenDatabaseUrl: 'postgres://direct.example.com/keys',
      firstAdmin: { password: 'slow brown river stones' },
      oidc: { clientSecret: 'a secret of the provider' },
      workers: 2,
    });
  });

  it.each(['\n', '\r\n', '\n\n'])('is read without the %j at its end', (end) => {
    const { databaseUrl } = configOf({ DATABASE_URL_FILE: file(`${URL_OF_KEYS}${end}`) });
    expect(databaseUrl).toBe(URL_OF_KEYS);
  });

  it('keeps its spaces', () => {
    const KEYSTAMP_ADMIN_PASSWORD_FILE = file(' slow brown river stones \n');
    const env = { KEYSTAMP_ADMIN_EMAIL: 'ada@example.com', KEYSTAMP_ADMIN_PASSWORD_FILE };
    expect(configOf(env).firstAdmin?.password).toBe(' slow brown river stones ');
  });

  it('counts beside an empty variable', () => {
    const env = { DATABASE_URL: '', DATABASE_URL_FILE: file(URL_OF_KEYS) };
    expect(configOf(env).databaseUrl).toBe(URL_OF_KEYS);
  });

  it('is judged as the variable itself', () => {
    expect(errorsOf({ DATABASE_URL_FILE: file('mysql://db/keys') })).toEqual([
      expect.stringMatching(/^DATABASE_URL: the value is not shown, expected a PostgreSQL URL/),
    ]);
  });
});

describe('a file that cannot be used', () => {
  it.each([
    ['missing', () => join(folder, 'none'), 'there is no file of that name'],
    ['a folder', () => folder, 'that is a folder'],
    ['empty', () => file(''), 'the file is empty'],
    ['a line break alone', () => file('\n'), 'the file is empty'],
    ['several lines', () => file('one\ntwo\n'), 'it has several lines'],
    ['not text', () => file(Buffer.from([0xc3, 0x28])), 'it is not UTF-8'],
    ['too large', () => file('x'.repeat(65_537)), 'it is larger than 65536 bytes'],
    ['below a file', () => join(file('x'), 'y'), 'it cannot be read (ENOTDIR)'],
    ['the secret in its place', () => URL_OF_KEYS, 'there is no file of that name'],
  ])('%s: one line that names its variable and shows no value', (_, path, reason) => {
    for (const name of SECRETS) {
      expect(errorsOf({ [`${name}_FILE`]: path() })).toEqual([
        `${name}_FILE: ${EXPECTED}${reason}`,
      ]);
    }
  });

  it('the user may not read it', () => {
    const path = file(URL_OF_KEYS);
    chmodSync(path, 0o000);
    const asNobody = process.getuid?.() === 0;
    chmodSync(folder, 0o755);
    if (asNobody) process.seteuid?.(65_534);
    try {
      const reason = 'this user may not read it';
      expect(errorsOf({ DATABASE_URL_FILE: path })).toEqual([
        `DATABASE_URL_FILE: ${EXPECTED}${reason}`,
      ]);
    } finally {
      if (asNobody) process.seteuid?.(0);
    }
  });

  it('an empty variable, and both', () => {
    const paths = { DATABASE_URL: URL_OF_KEYS, DATABASE_URL_FILE: file(URL_OF_KEYS) };
    expect(errorsOf({ ...paths, KEYSTAMP_ADMIN_PASSWORD_FILE: '' })).toEqual([
      'DATABASE_URL_FILE: set beside DATABASE_URL, expected only one of the two',
      'KEYSTAMP_ADMIN_PASSWORD_FILE: set, but empty; expected the path of a file that holds the secret alone',
    ]);
  });
});
