import { RE2 } from 're2-wasm';
import { expect, it } from 'vitest';
import { createTestServer } from '../../packages/server/test/support/test-server.js';

async function patternsOfDocument(): Promise<Set<string>> {
  const server = await createTestServer({ pageFolder: '/nowhere' });
  const { body } = await server.app.inject({ url: '/openapi.json' });
  await server.close();
  const patterns = new Set<string>();
  JSON.parse(body, (name, value) => {
    if (name === 'pattern') patterns.add(value);
    return value;
  });
  return patterns;
}

it('RE2 compiles every pattern of the API document, and finds the same as ECMAScript', async () => {
  const patterns = await patternsOfDocument();
  expect(patterns.size).toBeGreaterThan(10);
  const texts = ['', 'ada', 'ada@example.com', ' a b ', '\u200b', 'a\u202eb', 'a\nb', 'é', '90d'];
  for (const pattern of patterns) {
    const [ours, theirs] = [new RegExp(pattern, 'u'), new RE2(pattern, 'u')];
    for (const text of texts)
      expect([pattern, text, theirs.test(text)]).toEqual([pattern, text, ours.test(text)]);
  }
});

it('RE2 refuses what it lacks: a lookahead, and more repetitions than it counts', () => {
  for (const pattern of ['^(?=a)', '^(ab{40}){100}$'])
    expect(() => new RE2(pattern, 'u')).toThrow();
});
