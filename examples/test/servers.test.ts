import { createTestDatabase, type TestDatabase } from '@keystamp/testing/databases/test-database';
import { buildCore } from '@keystamp/testing/processes/child';
import { createKeystamp, type Keystamp } from 'keystamp';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { buildApps } from './build-apps.js';
import { binary, startServer } from './program.js';

let ground: TestDatabase;
let keystamp: Keystamp;
beforeAll(async () => {
  buildCore();
  buildApps();
  ground = await createTestDatabase();
  keystamp = await createKeystamp({ database: await ground.open() });
});
afterAll(async () => {
  await keystamp.close();
  await ground.drop();
});

const node = process.execPath;
const SERVERS: [name: string, command: () => string[]][] = [
  ['Express', () => [node, 'servers/express.js']],
  ['Fastify', () => [node, 'servers/fastify.js']],
  ['Hono', () => [node, 'servers/hono.js']],
  ['Koa', () => [node, 'servers/koa.js']],
  ['h3', () => [node, 'servers/h3.js']],
  ['Next.js', () => [node, 'next/server.js']],
  ['SvelteKit', () => [node, 'sveltekit/build']],
  ['NestJS', () => [node, '--import', 'tsx', 'servers/nest.ts']],
  ['Bun', () => [binary('@oven', 'bun'), 'servers/bun.js']],
  ['Deno', () => [binary('@deno', 'deno'), 'run', '--allow-all', 'servers/deno.js']],
];

it.each(SERVERS)('%s: key and scope decide, and a stop stores the last use', async (_, command) => {
  const issue = (scopes: string[]) => keystamp.createApiKey({ userId: 'ada', name: 'CI', scopes });
  const [reader, writer] = [await issue(['orders:read']), await issue(['orders:write'])];
  const server = await startServer(command(), ground.url as string);
  try {
    const ask = (headers: Record<string, string>) => fetch(`${server.url}/orders`, { headers });
    const answer = await ask({ 'x-api-key': reader.apiKey });
    expect([answer.status, await answer.json()]).toEqual([200, { user: 'ada', key: 'CI' }]);
    for (const [headers, status] of [
      [{}, 401],
      [{ authorization: `Bearer ${writer.apiKey}` }, 403],
    ] as [Record<string, string>, number][]) {
      const refused = await ask(headers);
      expect(refused.headers.get('content-type')).toContain('application/problem+json');
      expect([refused.status, await refused.json()]).toMatchObject([status, { status }]);
    }
  } finally {
    await server.stop();
  }
  for (const { key } of [reader, writer]) {
    expect((await keystamp.getApiKey(key.id))?.lastUsedAt).not.toBeNull();
  }
});
