import { createTestDatabase, type TestDatabase } from '@keystamp/testing/databases/test-database';
import { startTcpProxy, type TcpProxy } from '@keystamp/testing/network/tcp-proxy';
import { openDatabase } from 'keystamp/database';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { keystamp } from '../support/cli.js';

let ground: TestDatabase;
let proxy: TcpProxy;
let env: Record<string, string>;
beforeAll(async () => {
  ground = await createTestDatabase();
  const url = new URL(ground.url as string);
  proxy = await startTcpProxy({ host: url.hostname, port: Number(url.port) });
  url.host = `127.0.0.1:${proxy.port}`;
  env = { DATABASE_URL: url.href };
});
afterAll(async () => {
  await proxy.close();
  await ground.drop();
});

const idsOf = async () => {
  const text = 'select id from keystamp.api_keys order by created_at';
  return (await ground.database.query<{ id: string }>(text)).rows.map(({ id }) => id);
};

it('K10 create and rotate print one key each when the answer to their commit is lost', async () => {
  proxy.loseAnswerTo('commit');
  const created = await keystamp(['create', '--user', '7', '--name', 'CI', '--json'], { env });
  expect(created).toMatchObject({ code: 0 });
  const { id } = JSON.parse(created.out).info;
  expect(await idsOf()).toEqual([id]);

  proxy.loseAnswerTo('commit');
  const rotated = await keystamp(['rotate', id, '--json'], { env });
  expect(rotated).toMatchObject({ code: 0 });
  const { api_key, info } = JSON.parse(rotated.out);
  expect(await idsOf()).toEqual([id, info.id]);
  const database = await openDatabase(ground.url as string);
  const text = 'select id from keystamp.api_keys where key_hash = sha256($1::text::bytea)';
  expect((await database.query(text, [api_key])).rows).toEqual([{ id: info.id }]);
  await database.end();
});
