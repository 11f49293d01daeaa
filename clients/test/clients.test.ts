import { freePort } from '@keystamp/testing/network/free-port';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  createTestServer,
  PASSWORD,
  type TestServer,
} from '../../packages/server/test/support/test-server.js';
import type { Driver, Site } from '../drivers/driver.js';
import { compileClients, generateClients, run } from './generate.js';
import { drivePostman, postmanAuth } from './postman.js';

let server: TestServer;
let site: Site;

beforeAll(async () => {
  const port = await freePort();
  const origin = `http://127.0.0.1:${port}`;
  server = await createTestServer({ env: { KEYSTAMP_PUBLIC_URL: origin }, pageFolder: '/nowhere' });
  await server.addUser('ada', { isAdmin: true });
  await server.app.listen({ host: '127.0.0.1', port });
  site = { origin, email: 'ada@example.com', password: PASSWORD };
  await generateClients(await (await fetch(`${origin}/openapi.json`)).text());
});
afterAll(() => server?.close());

/** Not a static import: the clients are not there until they are made. */
async function driverOf(name: string): Promise<Driver> {
  return (await import(`../drivers/${name}.ts`)).drive;
}

it("Redocly's recommended rules find nothing in the API document", async () => {
  const { output } = await run('redocly lint openapi.json --extends recommended --format json');
  const { totals, problems } = JSON.parse(output);
  expect(problems).toEqual([]);
  expect(totals).toMatchObject({ errors: 0, warnings: 0 });
});

it('the clients of hey-api, oazapfts, orval and openapi-typescript compile, strict', async () => {
  expect(await compileClients()).toEqual({ succeeded: true, output: '' });
});

describe('a generated client makes, lists and revokes a key, and reads refusals', () => {
  const drivers: [string, () => Promise<Driver>][] = [
    ...['hey-api', 'oazapfts', 'orval', 'openapi-fetch'].map(
      (name): [string, () => Promise<Driver>] => [name, () => driverOf(name)],
    ),
    ['Postman', async () => drivePostman],
  ];

  it.each(drivers)('%s', async (_name, load) => {
    const drive = await load();
    const { id, listed, revoked, wrongField, refused } = await drive(site);
    expect(listed).toContain(id);
    expect(revoked).toBe('revoked');
    expect(wrongField).toMatchObject({ status: 400, title: 'Bad Request', fields: ['limit'] });
    expect(refused).toEqual({
      status: 401,
      title: 'Unauthorized',
      detail: 'The API key is not valid.',
      fields: [],
    });
    const { rows } = await server.ground.database.query<{ revoked: boolean }>(
      'select revoked_at is not null as revoked from keystamp.api_keys where id = $1',
      [id],
    );
    expect(rows).toEqual([{ revoked: true }]);
  });
});

it('Postman sends a key as a bearer token wherever the route takes one', async () => {
  const auth = await postmanAuth();
  expect(auth).toMatchObject({
    'GET /api/api-keys': 'bearer',
    'POST /api/api-keys/:id/revoke': 'bearer',
    'GET /verify': 'bearer',
    'POST /oauth2/introspect': 'bearer',
  });
});
