import { readFileSync } from 'node:fs';
import { createKeystamp } from 'keystamp';
import { expect, it } from 'vitest';
import { createCliGround } from '../support/cli-ground.js';

const GUIDE = new URL('../../../../docs/guide/moving-in-and-out.md', import.meta.url);

/** The statement of the program that the guide has for an export. */
function documentedStatement(): string {
  const [, sql] = /query<\{ line: string \}>\(`([^`]+)`\)/.exec(readFileSync(GUIDE, 'utf8')) ?? [];
  if (sql === undefined) throw new Error('the guide has no statement');
  return sql;
}

it('what the documented program prints, keystamp import takes: keys work on, with their last use', async () => {
  const [from, to] = await Promise.all([createCliGround(), createCliGround()]);
  const keystamp = await createKeystamp({ database: await from.ground.open() });
  const create = (name: string, userId = 'ada') =>
    keystamp.createApiKey({ userId, name, scopes: ['orders:read'] });
  const used = await create('a "used" \\ key');
  const revoked = await create('revoked');
  const stopped = await create('of an inactive user', 'bob');
  await keystamp.validateUserApiKey(used.apiKey);
  await keystamp.flush();
  await keystamp.revokeApiKey(revoked.key.id);
  await keystamp.setUserActive('bob', false);
  const { rows } = await keystamp.database.query<{ line: string }>(documentedStatement());
  const before = await keystamp.getApiKey(used.key.id);
  await keystamp.close();

  const stdin = rows.map(({ line }) => `${line}\n`).join('');
  const { code, out, err } = await to.run(['import', '-'], { stdin });
  expect([code, out, err]).toEqual([0, 'imported 1, there already 0\n', expect.anything()]);
  const { api_keys } = JSON.parse((await to.run(['list', '--json'])).out);
  expect(api_keys).toEqual([
    expect.objectContaining({
      name: 'a "used" \\ key',
      user_id: 'ada',
      key_prefix: used.key.keyPrefix,
      scopes: ['orders:read'],
      expires_at: null,
      created_at: before?.createdAt.toISOString(),
      last_used_at: before?.lastUsedAt?.toISOString(),
    }),
  ]);
  expect(await to.judge(used.apiKey)).toBeNull();
  for (const { apiKey } of [revoked, stopped]) expect(await to.judge(apiKey)).not.toBeNull();
  await Promise.all([from.drop(), to.drop()]);
});
