import { createTestDatabase, type TestDatabase } from '@keystamp/testing/databases/test-database';
import { startTcpProxy, type TcpProxy } from '@keystamp/testing/network/tcp-proxy';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createKeystamp, type Keystamp } from '../../src/index.js';

let ground: TestDatabase;
let proxy: TcpProxy;
let keystamp: Keystamp;
beforeAll(async () => {
  ground = await createTestDatabase();
  const url = new URL(ground.url as string);
  proxy = await startTcpProxy({ host: url.hostname, port: Number(url.port) });
  url.host = `127.0.0.1:${proxy.port}`;
  keystamp = await createKeystamp({ database: url.href });
});
afterAll(async () => {
  await keystamp.close();
  await proxy.close();
  await ground.drop();
});

it('K10 a creation whose commit was not answered is made again as the same key', async () => {
  const input = { userId: 'ada', name: 'CI', idempotencyKey: 'first' };
  proxy.loseAnswerTo('commit');
  await expect(keystamp.createApiKey(input)).rejects.toMatchObject({
    code: 'database_unavailable',
  });
  const issued = await keystamp.createApiKey(input);
  expect(issued.isReissued).toBe(true);
  expect((await keystamp.listApiKeys({ userId: 'ada' })).keys).toMatchObject([
    { id: issued.key.id },
  ]);
  expect(await keystamp.validateUserApiKey(issued.apiKey)).toMatchObject({ valid: true });
});
