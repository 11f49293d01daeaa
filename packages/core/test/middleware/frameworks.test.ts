import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { IssuedApiKey } from '../../src/index.js';
import { generateApiKey } from '../../src/key-format/api-key.js';
import { createTestKeystamp, type TestKeystamp } from '../support/keystamp.js';
import { lastUse, lastUseLongAgo } from '../support/last-use.js';
import { type Answer, ask, type HeaderLines, withKey } from './ask.js';
import { FRAMEWORKS, type Service } from './services/index.js';

const logged: string[] = [];
const note = (fields: object, message: string) => {
  logged.push(JSON.stringify([fields, message]));
};
let test: TestKeystamp;
let good: IssuedApiKey;
let other: IssuedApiKey;
let refused: Record<string, string>;

beforeAll(async () => {
  const logger = { debug: note, info: note, warn: note, error: note };
  test = await createTestKeystamp({ logger });
  good = await test.issue();
  other = await test.issue();
  refused = await issueRefused();
});
afterAll(() => test.close());

async function issueRefused(): Promise<Record<string, string>> {
  const [revoked, expired, inactive] = [
    await test.issue({ scopes: ['orders:read'] }),
    await test.issue(),
    await test.issue({ userId: 'gone', scopes: ['other'] }),
  ];
  await test.keystamp.revokeApiKey(revoked.key.id);
  const past = `update keystamp.api_keys set expires_at = now() - interval '1 s' where id = $1`;
  await test.ground.database.query(past, [expired.key.id]);
  await test.keystamp.setUserActive('gone', false);
  return {
    garbage: 'garbage',
    empty: '',
    unknown: generateApiKey('ks').apiKey,
    revoked: revoked.apiKey,
    expired: expired.apiKey,
    'of an inactive user': inactive.apiKey,
  };
}

/** How many validations the instance has answered. */
function validations(): number {
  const { cacheHits, cacheMisses, refusals } = test.keystamp.health().counts;
  return cacheHits + cacheMisses + (refusals['malformed'] ?? 0);
}

function problemOf({ headers, body }: Answer) {
  // Express, which Nest answers by, adds the character set to whatever it sends as JSON.
  expect(headers['content-type']).toMatch(/^application\/problem\+json(; charset=utf-8)?$/);
  expect(headers['cache-control']).toBe('no-store');
  return JSON.parse(body);
}

describe.each(FRAMEWORKS)('%s', (_name, start) => {
  let service: Service;
  /** What happens between the two requirements of `/twice`. */
  let between = async () => {};

  beforeAll(async () => {
    service = await start({ keystamp: test.keystamp, between: () => between() });
  });
  afterAll(() => service.close());

  describe('200', () => {
    it.each<[string, () => HeaderLines]>([
      ['X-API-Key', () => withKey(good.apiKey)],
      ['Authorization: Bearer', () => [['Authorization', `Bearer ${good.apiKey}`]]],
      ['the scheme in any case', () => [['Authorization', `bEARER ${good.apiKey}`]]],
      [
        'both, holding the same',
        () => [...withKey(good.apiKey), ['authorization', `bearer ${good.apiKey}`]],
      ],
      [
        'Authorization of another scheme beside it',
        () => [...withKey(good.apiKey), ['Authorization', 'Digest username="a", realm="b"']],
      ],
    ])('%s: the handler sees the key and its user', async (_name, lines) => {
      const answer = await ask(service, '/orders', lines());
      expect([answer.status, answer.body]).toEqual([
        200,
        JSON.stringify({ key: good.key.id, user: 'ada' }),
      ]);
    });

    it('without a key, where it is optional: the handler sees null', async () => {
      const answer = await ask(service, '/optional');
      expect([answer.status, JSON.parse(answer.body)]).toEqual([200, { key: null, user: null }]);
    });

    it('with a key, where it is optional: the handler sees it', async () => {
      const answer = await ask(service, '/optional', withKey(good.apiKey));
      expect(JSON.parse(answer.body)).toEqual({ key: good.key.id, user: 'ada' });
    });

    it('a key with the scope, and one without any', async () => {
      const { apiKey } = await test.issue({ scopes: ['orders:read', 'orders:write'] });
      expect((await ask(service, '/scoped', withKey(apiKey))).status).toBe(200);
      expect((await ask(service, '/scoped', withKey(good.apiKey))).status).toBe(200);
    });
  });

  describe('400', () => {
    it.each<[string, () => HeaderLines, string]>([
      [
        'two different keys',
        () => [...withKey(good.apiKey), ['Authorization', `Bearer ${other.apiKey}`]],
        'X-API-Key and Authorization hold two different keys: send one.',
      ],
      [
        'X-API-Key twice',
        () => [...withKey(good.apiKey), ...withKey(good.apiKey)],
        'X-API-Key was sent more than once: send it once.',
      ],
      [
        'Authorization twice',
        () => [
          ['Authorization', `Bearer ${good.apiKey}`],
          ['Authorization', `Bearer ${other.apiKey}`],
        ],
        'Authorization was sent more than once: send it once.',
      ],
      [
        'Authorization twice, the second with the key',
        () => [
          ['Authorization', 'Basic YTpi'],
          ['Authorization', `Bearer ${other.apiKey}`],
        ],
        'Authorization was sent more than once: send it once.',
      ],
    ])('%s', async (_name, lines, detail) => {
      const before = validations();
      const answer = await ask(service, '/orders', lines());
      expect(answer.status).toBe(400);
      expect(problemOf(answer)).toEqual({
        type: 'about:blank',
        title: 'Bad Request',
        status: 400,
        detail,
      });
      expect(validations() - before).toBe(0);
    });

    it('a key in the URL, even beside one in a header', async () => {
      const path = `/orders?token=${other.apiKey}`;
      const answer = await ask(service, path, withKey(good.apiKey));
      expect(answer.status).toBe(400);
      expect(problemOf(answer).errors).toEqual([
        { field: 'token', message: expect.stringContaining('no API key in the URL') },
      ]);
      expect(answer.body).not.toContain(other.apiKey);
    });
  });

  describe('401', () => {
    it.each<[string, HeaderLines]>([
      ['no credentials', []],
      ['credentials of another scheme', [['Authorization', 'Basic YTpi']]],
    ])('%s: the challenge has no error code (RFC 6750, 3.1)', async (_name, lines) => {
      const answer = await ask(service, '/orders', lines);
      expect([answer.status, answer.headers['www-authenticate']]).toEqual([401, 'Bearer']);
      expect(problemOf(answer).title).toBe('Unauthorized');
    });

    it('a key in Authorization without its scheme, also where none is required', async () => {
      for (const path of ['/orders', '/optional']) {
        const answer = await ask(service, path, [['Authorization', good.apiKey]]);
        expect([answer.status, answer.headers['www-authenticate']]).toEqual([401, 'Bearer']);
        expect(problemOf(answer).detail).toContain('Authorization: Bearer');
        expect(answer.body).not.toContain(good.apiKey);
      }
    });

    it('K2: to a stranger every refusal of a key looks the same', async () => {
      const answers = new Set<string>();
      for (const apiKey of Object.values(refused)) {
        for (const path of ['/orders', '/scoped', '/optional', '/twice']) {
          const { status, headers, body } = await ask(service, path, withKey(apiKey));
          const { date, ...said } = headers;
          expect(date).toBeDefined();
          answers.add(JSON.stringify([status, said, body]));
        }
      }
      expect(answers.size).toBe(1);
      const [status, headers] = JSON.parse([...answers][0] as string);
      expect([status, headers['www-authenticate']]).toEqual([401, 'Bearer error="invalid_token"']);
    });
  });

  it('403 names the scope that is missing (RFC 6750, 3.1)', async () => {
    const { apiKey } = await test.issue({ scopes: ['orders:write'] });
    const answer = await ask(service, '/scoped', withKey(apiKey));
    expect([answer.status, answer.headers['www-authenticate']]).toEqual([
      403,
      'Bearer error="insufficient_scope", scope="orders:read"',
    ]);
    expect(problemOf(answer)).toMatchObject({
      type: 'urn:keystamp:problem:insufficient_scope',
      detail: 'The API key needs the scope orders:read.',
    });
  });

  describe('G6: only a use is a use', () => {
    it.each([
      ['/orders', [], 200],
      ['/scoped', ['orders:read'], 200],
      ['/scoped', ['orders:write'], 403],
      ['/optional', [], 200],
    ])('%s with scopes %j is one, and answers %i', async (path, scopes, status) => {
      const { apiKey, key } = await test.issue({ scopes });
      const before = validations();
      expect((await ask(service, path, withKey(apiKey))).status).toBe(status);
      expect(validations() - before).toBe(1);
      expect(await lastUse(test, key.id)).not.toBeNull();
    });

    it.each([
      ['passes both', [], 200],
      ['is refused by the second', ['orders:write'], 403],
    ])('a request that %s of two requirements is one use', async (_name, scopes, status) => {
      const { apiKey, key } = await test.issue({ scopes });
      let afterFirst: unknown = null;
      between = async () => {
        afterFirst = await lastUseLongAgo(test, key.id);
      };
      expect((await ask(service, '/twice', withKey(apiKey))).status).toBe(status);
      expect(afterFirst).not.toBeNull();
      expect(await lastUse(test, key.id)).toBe(afterFirst);
    });

    it('a refused request is none', async () => {
      for (const apiKey of Object.values(refused)) await ask(service, '/orders', withKey(apiKey));
      const { apiKey, key } = await test.issue();
      const twice: HeaderLines = [...withKey(apiKey), ['Authorization', `Bearer ${other.apiKey}`]];
      await ask(service, '/orders', twice);
      await ask(service, `/orders?token=${apiKey}`, withKey(apiKey));
      expect(await lastUse(test, key.id)).toBeNull();
      const text = `select count(*)::int as used from keystamp.api_keys where last_used_at is not null
        and key_hash = any(select pg_catalog.sha256(pg_catalog.convert_to(k, 'UTF8')) from pg_catalog.unnest($1::text[]) k)`;
      const { rows } = await test.ground.database.query(text, [Object.values(refused)]);
      expect(rows).toEqual([{ used: 0 }]);
    });
  });

  it('K1: no answer and no line of a log holds a key', async () => {
    const { apiKey } = await test.issue({ scopes: ['orders:write'] });
    const keys = [apiKey, ...Object.values(refused).filter((key) => key.startsWith('ks_'))];
    const told: string[] = [];
    for (const key of keys) {
      for (const path of ['/orders', '/scoped', '/optional']) {
        const { headers, body } = await ask(service, path, withKey(key));
        told.push(JSON.stringify(headers), body);
      }
    }
    for (const line of [...told, ...service.logged, ...logged]) {
      for (const key of keys) expect(line).not.toContain(key.slice(-49));
    }
  });
});
