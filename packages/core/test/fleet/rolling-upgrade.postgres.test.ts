import { createTestDatabase, type TestDatabase } from '@keystamp/testing/databases/test-database';
import {
  admin,
  buildPresent,
  buildRevision,
  type RunningTree,
  revisionBefore,
  serveTree,
  type Tree,
} from '@keystamp/testing/processes/revision';
import { until } from '@keystamp/testing/until';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const revision = revisionBefore();
const BUILD_MS = 240_000;

/** Signs in and makes a key, over HTTP. */
async function makeKey({ url }: RunningTree): Promise<{ apiKey: string; id: string }> {
  const send = async (path: string, body: object, cookie = '') => {
    const headers = { 'content-type': 'application/json', origin: url, cookie };
    const answer = await fetch(`${url}${path}`, {
      method: 'POST',
      headers,
      body: JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    return answer;
  };
  const signedIn = await send('/api/auth/login', admin);
  const cookie = signedIn.headers
    .getSetCookie()
    .map((one) => one.split(';')[0])
    .join('; ');
  const made = await send('/api/api-keys', { name: 'A key' }, cookie);
  const { api_key, info } = (await made.json()) as { api_key: string; info: { id: string } };
  return { apiKey: api_key, id: info.id };
}

async function statusOf({ url }: RunningTree, apiKey: string): Promise<number> {
  const answer = await fetch(`${url}/api/api-keys`, { headers: { 'x-api-key': apiKey } });
  await answer.arrayBuffer();
  return answer.status;
}

async function revoke({ url }: RunningTree, apiKey: string, id: string): Promise<void> {
  const path = `${url}/api/api-keys/${id}/revoke`;
  const answer = await fetch(path, { method: 'POST', headers: { 'x-api-key': apiKey } });
  expect(answer.status).toBe(200);
}

// A copy without history has nothing to upgrade from, unless it is named.
describe.skipIf(revision === null)(`a rolling upgrade from ${revision}`, () => {
  let ground: TestDatabase;
  let before: Tree;
  let present: Tree;
  let old: RunningTree;
  let next: RunningTree;
  let early: { apiKey: string; id: string };

  beforeAll(async () => {
    ground = await createTestDatabase({ migrated: false });
    before = buildRevision(revision as string);
    present = buildPresent();
    old = await serveTree(before, ground.url as string);
    early = await makeKey(old);
  }, BUILD_MS);
  afterAll(async () => {
    await Promise.all([old?.stop(), next?.stop()]);
    before?.remove();
    await ground.drop();
  });

  it(
    'the new version migrates while the old one serves',
    async () => {
      const answers: number[] = [];
      let isDone = false;
      const using = (async () => {
        while (!isDone) answers.push(await statusOf(old, early.apiKey));
      })();
      next = await serveTree(present, ground.url as string);
      isDone = true;
      await using;
      expect(new Set(answers)).toEqual(new Set([200]));
      expect(answers.length).toBeGreaterThan(0);
    },
    BUILD_MS,
  );

  it('keys of each are good at the other', async () => {
    expect(await statusOf(next, early.apiKey)).toBe(200);
    const late = await makeKey(next);
    expect(await statusOf(old, late.apiKey)).toBe(200);
  });

  it('K3 each stops what the other revokes', async () => {
    for (const [here, there] of [
      [old, next],
      [next, old],
    ] as const) {
      const { apiKey, id } = await makeKey(here);
      expect(await statusOf(there, apiKey)).toBe(200);
      await revoke(here, apiKey, id);
      await until(async () => (await statusOf(there, apiKey)) === 401);
    }
  });

  it('uses of each are stored', async () => {
    for (const server of [old, next]) {
      const { apiKey, id } = await makeKey(server);
      expect(await statusOf(server, apiKey)).toBe(200);
      const text = 'select last_used_at from keystamp.api_keys where id = $1';
      await until(async () => {
        const { rows } = await ground.database.query(text, [id]);
        return rows[0]?.['last_used_at'] instanceof Date;
      });
    }
  });

  it(
    'the old version starts on the new schema too, as a step back needs it',
    async () => {
      expect(await old.stop()).toBe(0);
      old = await serveTree(before, ground.url as string);
      expect(await statusOf(old, early.apiKey)).toBe(200);
    },
    BUILD_MS,
  );
});
