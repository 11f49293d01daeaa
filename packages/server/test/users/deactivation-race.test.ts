import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestServer, type TestServer } from '../support/test-server.js';

let server: TestServer;
let admin: string;

beforeAll(async () => {
  server = await createTestServer();
  await server.addUser('ada', { isAdmin: true });
  admin = await server.signIn('ada');
});
afterAll(() => server.close());

it('K3 a deactivation stays when other rights of the user change at the same moment', async () => {
  const { database } = server.keystamp;
  for (let round = 0; round < 40; round++) {
    const { id } = await server.addUser(`bob${round}`);
    const change = (payload: object) =>
      server.send({ method: 'PATCH', url: `/api/users/${id}`, payload, cookie: admin });
    const answers = await Promise.all([
      change({ is_admin: round % 2 === 0 }),
      change({ is_active: false }),
      change({ name: `Bob ${round}` }),
    ]);
    expect(answers.map(({ statusCode }) => statusCode)).toEqual([200, 200, 200]);
    const text = 'select is_active from keystamp.users where id = $1';
    const { rows } = await database.query(text, [id]);
    expect(rows, `round ${round}`).toEqual([{ is_active: false }]);
  }
});
