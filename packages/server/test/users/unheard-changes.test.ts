import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestServer, type TestServer } from '../support/test-server.js';

describe('PATCH /api/users/{id} on an instance that hears nothing from the database', () => {
  let deaf: TestServer;
  let cookie: string;

  beforeAll(async () => {
    deaf = await createTestServer({ deaf: true });
    await deaf.addUser('ada', { isAdmin: true });
    cookie = await deaf.signIn('ada');
  });
  afterAll(() => deaf.close());

  it('K3: a change of activity or rights shows in the very next validation', async () => {
    const { id } = await deaf.addUser('bob');
    const { apiKey } = await deaf.keystamp.createApiKey({ userId: id, name: 'A key' });
    const validate = () => deaf.keystamp.validateUserApiKey(apiKey);
    const change = (payload: object) =>
      deaf.send({ method: 'PATCH', url: `/api/users/${id}`, payload, cookie });
    expect(await validate()).toMatchObject({ valid: true, user: { isAdmin: false } });
    await change({ is_admin: true });
    expect(await validate()).toMatchObject({ valid: true, user: { isAdmin: true } });
    await change({ is_admin: false });
    expect(await validate()).toMatchObject({ valid: true, user: { isAdmin: false } });
    await change({ is_active: false });
    expect(await validate()).toMatchObject({ valid: false, reason: 'user_inactive' });
    await change({ is_active: true });
    expect(await validate()).toMatchObject({ valid: true });
  });
});
