import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { IssuedApiKey } from '../../src/index.js';
import { createTestKeystamp, type TestKeystamp } from '../support/keystamp.js';
import { lastUse } from '../support/last-use.js';
import { type Answer, ask, type HeaderLines, withKey } from './ask.js';
import { FRAMEWORKS, type Service } from './services/index.js';

const OFFERED = 'Basic realm="Orders", charset="UTF-8", Bearer';

let test: TestKeystamp;
let good: IssuedApiKey;
let other: IssuedApiKey;

beforeAll(async () => {
  test = await createTestKeystamp();
  good = await test.issue();
  other = await test.issue();
});
afterAll(() => test.close());

function basic(name: string, password: string): HeaderLines {
  return [['Authorization', `Basic ${Buffer.from(`${name}:${password}`).toString('base64')}`]];
}

function detailOf({ body }: Answer): string {
  return JSON.parse(body).detail;
}

describe.each(FRAMEWORKS)('a key as the password of HTTP Basic: %s', (_name, start) => {
  let service: Service;
  beforeAll(async () => {
    service = await start({ keystamp: test.keystamp });
  });
  afterAll(() => service.close());

  it.each<[string, () => HeaderLines]>([
    ['a user name', () => basic('ada', good.apiKey)],
    ['no user name', () => basic('', good.apiKey)],
    ['a user name beyond ASCII', () => basic('Zoë Ünïcode 🗝', good.apiKey)],
    ['the same key in X-API-Key', () => [...withKey(good.apiKey), ...basic('ada', good.apiKey)]],
  ])('200 with %s, where basic is among the carriers', async (_name, lines) => {
    const answer = await ask(service, '/basic', lines());
    expect([answer.status, JSON.parse(answer.body).key]).toEqual([200, good.key.id]);
  });

  it('200 with a key in the other carriers', async () => {
    const bearer: HeaderLines = [['Authorization', `Bearer ${good.apiKey}`]];
    for (const lines of [withKey(good.apiKey), bearer]) {
      expect((await ask(service, '/basic', lines)).status).toBe(200);
    }
  });

  it('G6: is one use', async () => {
    const { apiKey, key } = await test.issue();
    await ask(service, '/basic', basic('ada', apiKey));
    expect(await lastUse(test, key.id)).not.toBeNull();
  });

  it('400 with another key beside it', async () => {
    const lines = [...withKey(other.apiKey), ...basic('ada', good.apiKey)];
    const answer = await ask(service, '/basic', lines);
    expect([answer.status, detailOf(answer)]).toEqual([
      400,
      'X-API-Key and Authorization hold two different keys: send one.',
    ]);
  });

  it('400 with a key in the URL', async () => {
    const path = `/basic?token=${other.apiKey}`;
    expect((await ask(service, path, basic('ada', good.apiKey))).status).toBe(400);
  });

  it('401 without a key offers Basic first, and Bearer', async () => {
    const answer = await ask(service, '/basic');
    expect([answer.status, answer.headers['www-authenticate']]).toEqual([401, OFFERED]);
    expect(detailOf(answer)).toBe(
      'Send an API key, as X-API-Key, Authorization: Bearer or the password of Authorization: Basic.',
    );
  });

  it('K2: 401 with the same answer for a wrong key and for malformed credentials', async () => {
    const { apiKey, key } = await test.issue();
    await test.keystamp.revokeApiKey(key.id);
    const lines: HeaderLines[] = [
      basic('ada', apiKey),
      basic('ada', 'garbage'),
      basic('ada', ''),
      [['Authorization', 'Basic']],
      [['Authorization', 'Basic not_base64!']],
      [['Authorization', `Basic ${Buffer.from(good.apiKey.slice(0, 20)).toString('base64')}`]],
    ];
    const answers = new Set<string>();
    for (const each of lines) {
      const { status, headers, body } = await ask(service, '/basic', each);
      answers.add(JSON.stringify([status, headers['www-authenticate'], body]));
    }
    expect([...answers].map((each) => JSON.parse(each).slice(0, 2))).toEqual([
      [401, `${OFFERED} error="invalid_token"`],
    ]);
  });

  it('401 that says so for a key in the place of the user name, which servers log', async () => {
    const answer = await ask(service, '/basic', basic(good.apiKey, ''));
    expect([answer.status, detailOf(answer)]).toEqual([
      401,
      expect.stringContaining('The user name holds an API key'),
    ]);
    expect(answer.body).not.toContain(good.apiKey);
  });

  it('by default Basic is neither read nor offered, and a key in it is not overlooked', async () => {
    for (const path of ['/orders', '/optional']) {
      const answer = await ask(service, path, basic('ada', good.apiKey));
      expect([answer.status, answer.headers['www-authenticate']]).toEqual([401, 'Bearer']);
      expect(detailOf(answer)).toBe(
        'The password of Basic is an API key: expected it as X-API-Key or Authorization: Bearer.',
      );
    }
    const beside = [...withKey(good.apiKey), ...basic('a', 'b')];
    expect((await ask(service, '/orders', beside)).status).toBe(200);
  });
});
