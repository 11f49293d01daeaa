import { PGlite } from '@electric-sql/pglite';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createKeystamp, type Keystamp } from '../../src/index.js';

let pglite: PGlite;
let keystamp: Keystamp;
beforeAll(async () => {
  pglite = await PGlite.create();
  await pglite.exec('create table tenants (id text primary key)');
  keystamp = await createKeystamp({ database: pglite });
});
afterAll(async () => {
  await keystamp.close();
  await pglite.close();
});

it('a key is made in a transaction of the PGlite, and is valid after it', async () => {
  const { apiKey } = await pglite.transaction(async (client) => {
    await client.query('insert into tenants values ($1)', ['ada']);
    return keystamp.createApiKey({ userId: 'ada', name: 'First', client });
  });
  expect(await keystamp.validateUserApiKey(apiKey)).toMatchObject({ valid: true });
});

it('with a transaction that fails, neither the key nor the rest is there', async () => {
  let made = '';
  const failing = pglite.transaction(async (client) => {
    await client.query('insert into tenants values ($1)', ['bea']);
    const { apiKey } = await keystamp.createApiKey({ userId: 'bea', name: 'First', client });
    made = apiKey;
    throw new Error('changed my mind');
  });
  await expect(failing).rejects.toThrow('changed my mind');
  expect(await keystamp.validateUserApiKey(made)).toEqual({ valid: false, reason: 'unknown' });
  expect((await pglite.query(`select from tenants where id = 'bea'`)).rows).toHaveLength(0);
});

it('K6 the PGlite itself is no client', async () => {
  const creating = keystamp.createApiKey({ userId: 'ada', name: 'One', client: pglite as never });
  await expect(creating).rejects.toThrow('client: expected what transaction() of the PGlite');
});
