import { request } from 'node:http';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestServer, type TestServer } from './support/test-server.js';

let server: TestServer;

beforeAll(async () => {
  server = await createTestServer();
  await server.app.listen({ host: '127.0.0.1', port: 0 });
});
afterAll(() => server.close());

it('takes headers as large as the usual proxies pass on', async () => {
  expect(await statusWithHeaders(60_000)).toBe(200);
});

it('says in the log that it refuses larger ones, once for a flood of them', async () => {
  for (let i = 0; i < 3; i += 1) expect(await statusWithHeaders(70_000)).toBe(431);
  const lines = server.logged.filter((line) => line.includes('431'));
  expect(lines).toHaveLength(1);
  expect(JSON.parse(lines[0] as string)).toMatchObject({ level: 'warn', from: '127.0.0.1' });
});

/** Of a request with headers of this size. */
function statusWithHeaders(bytes: number): Promise<number | undefined> {
  const port = server.context.localPort();
  const headers = { 'x-large': 'x'.repeat(bytes) };
  return new Promise((resolve, reject) => {
    request({ host: '127.0.0.1', port, path: '/healthz', headers }, (answer) => {
      resolve(answer.resume().statusCode);
    })
      .on('error', reject)
      .end();
  });
}
