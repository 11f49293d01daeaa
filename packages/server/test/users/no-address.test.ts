import { expect, it } from 'vitest';
import { createKeyServer } from '../support/key-server.js';

it('409: a password of a user without an address, with which nobody could sign in', async () => {
  const server = await createKeyServer();
  try {
    await server.keystamp.createApiKey({ userId: 'no-address', name: 'A key' });
    const answer = await server.ask({
      method: 'PATCH',
      url: '/api/users/no-address',
      payload: { password: 'quite another password' },
      cookie: server.ada.cookie,
    });
    expect([answer.statusCode, answer.json().errors]).toEqual([
      409,
      [{ field: 'password', message: 'the user has no address, so nobody can sign in with one' }],
    ]);
  } finally {
    await server.close();
  }
});
