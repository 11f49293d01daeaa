import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CliGround, createCliGround } from '../support/cli-ground.js';

let cli: CliGround;

beforeAll(async () => {
  cli = await createCliGround();
});
afterAll(() => cli.drop());

/** The keys alone: `as_of` differs with each list. */
const listed = async () => JSON.parse((await cli.run(['list', '--json'])).out).api_keys;

describe('K6 keystamp import refuses', () => {
  const hashOf = (text: string) => createHash('sha256').update(text).digest('hex');
  const line = (fields: object) =>
    `${JSON.stringify({ user_id: 'i', name: 'imported', ...fields })}\n`;

  it.each([
    ['bcrypt', '$2b$10$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy', 'a bcrypt hash'],
    ['argon2', '$argon2id$v=19$m=19456,t=2,p=1$c2FsdA$aGFzaA', 'an argon2 hash'],
    ['PBKDF2', 'pbkdf2_sha256$600000$salt$aGFzaA==', 'this hash has a salt'],
    ['SHA-1', 'a'.repeat(40), 'a SHA-1'],
    ['MD5', 'a'.repeat(32), 'an MD5'],
    ['SHA-512', 'a'.repeat(128), 'a SHA-512'],
  ])('says what to do with a hash by %s', async (_name, key_hash, message) => {
    const { code, err } = await cli.run(['import', '-'], { stdin: line({ key_hash }) });
    expect(code).toBe(1);
    expect(err).toContain(message);
    expect(err).toContain('--plain');
    expect(err).not.toContain(key_hash);
  });

  it.each([
    ['list --json', '{"api_keys":[]}\n', 'lacks the hash of each key: use "keystamp export"'],
    ['export --format csv', 'id,user_id,user_email,name\n', 'lacks the hash of each key'],
    ['a list of JSON', '[\n {}\n]\n', 'jq -c'],
  ])('says what is missing in the output of %s', async (_name, stdin, message) => {
    const { code, err } = await cli.run(['import', '-'], { stdin });
    expect([code, err]).toEqual([1, expect.stringContaining(message)]);
  });

  it.each([
    ['no JSON', 'secret text\n', 'expected a JSON object'],
    ['a list', '[]\n', 'expected a JSON object'],
    ['a key in place of its hash', line({ key_hash: 'sk_live_secret' }), 'key_hash: expected'],
    ['no hash', line({}), 'key_hash: expected'],
    ['no user', line({ key_hash: hashOf('x'), user_id: undefined }), 'user_id: expected'],
    ['a bad name', line({ key_hash: hashOf('x'), name: '' }), 'name: expected'],
    ['bad scopes', line({ key_hash: hashOf('x'), scopes: ['a b'] }), 'scopes[0]: expected'],
    [
      'a day as a time',
      line({ key_hash: hashOf('x'), expires_at: '2030-01-01' }),
      'expires_at: expected',
    ],
    [
      'a prefix as long as a key',
      line({ key_hash: hashOf('x'), key_prefix: 'k'.repeat(17) }),
      'key_prefix: expected',
    ],
    [
      'an unknown field',
      line({ key_hash: hashOf('x'), api_key: 'secret' }),
      'api_key: expected only key_hash',
    ],
    [
      'a secret as a field',
      line({ key_hash: hashOf('x'), 'secret-1': 'x' }),
      'a field: expected only key_hash',
    ],
    [
      'a prefix that is the key',
      line({ key_hash: hashOf('short secret'), key_prefix: 'short secret' }),
      'key_prefix: expected another text than the whole key',
    ],
    [
      'a use of the year 2090',
      line({ key_hash: hashOf('x'), last_used_at: '2090-01-01T00:00:00Z' }),
      'last_used_at: expected a time in the past',
    ],
    [
      'a creation of the year 2090',
      line({ key_hash: hashOf('x'), created_at: '2090-01-01T00:00:00Z' }),
      'created_at: expected a time in the past',
    ],
    [
      'scopes of null, which might mean all',
      line({ key_hash: hashOf('x'), scopes: null }),
      'scopes: expected a list of at most 50 scopes; [] means whatever the user may do',
    ],
    [
      "an administrator's scope for a user who is none",
      line({ key_hash: hashOf('x'), scopes: ['orders:read', 'introspect'] }),
      'scopes: expected introspect in a key of an administrator alone',
    ],
  ])('names the line of %s, and repeats nothing of it', async (_name, bad, message) => {
    const before = await listed();
    const good = line({ key_hash: hashOf('never imported') });
    const { code, out, err } = await cli.run(['import', '-'], { stdin: good + bad });
    expect([code, out]).toEqual([1, '']);
    expect(err).toContain(`line 2: ${message}`);
    expect(err).not.toContain('secret');
    expect(await listed()).toEqual(before);
  });

  it('refuses a key pasted as a name, and does not repeat it (K1)', async () => {
    const { out: apiKey } = await cli.run(['create', '--user', 'i', '--name', 'x']);
    const stdin = line({ key_hash: hashOf('pasted'), name: apiKey.trim() });
    const { code, err } = await cli.run(['import', '-'], { stdin });
    expect([code, err]).toEqual([1, expect.stringContaining('line 1: name: expected a text')]);
    expect(err).not.toContain(apiKey.trim());
  });

  it('says which file it cannot read', async () => {
    const { code, err } = await cli.run(['import', '/nowhere/keys.jsonl']);
    expect([code, err]).toEqual([1, 'keystamp: /nowhere/keys.jsonl cannot be read: ENOENT\n']);
    const folder = await cli.run(['import', '/']);
    expect([folder.code, folder.err]).toEqual([1, 'keystamp: / cannot be read: EISDIR\n']);
  });
});
