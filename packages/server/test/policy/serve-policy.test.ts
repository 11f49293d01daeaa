import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTestDatabase } from '@keystamp/testing/databases/test-database';
import { until } from '@keystamp/testing/until';
import { createKeystamp, type Keystamp } from 'keystamp';
import { afterEach, expect, it, vi } from 'vitest';
import { openLog } from '../../src/log/log.js';
import { serve } from '../../src/start/serve.js';
import { configOf } from '../support/test-server.js';

afterEach(() => vi.restoreAllMocks());

/** A database that this test and the server open one after the other. */
async function makePlace() {
  const ground = await createTestDatabase();
  const dataDir = mkdtempSync(join(tmpdir(), 'keystamp-policy-'));
  const { url } = ground;
  return {
    env: url === null ? { KEYSTAMP_DATA_DIR: dataDir } : { DATABASE_URL: url },
    open: () => createKeystamp(url === null ? { dataDir } : { database: url }),
    remove: async () => {
      await ground.drop();
      rmSync(dataDir, { recursive: true });
    },
  };
}

async function addOldKeyAndEvents({ createApiKey, database }: Keystamp): Promise<string> {
  const { key } = await createApiKey({ userId: 'ada', name: 'A key' });
  await database.query(`update keystamp.tracking set since = now() - interval '500 days'`);
  await database.query(`update keystamp.api_keys set created_at = now() - interval '91 days'`);
  await database.query('delete from keystamp.key_events');
  await database.query(
    `insert into keystamp.key_events (key_id, user_id, at, kind, actor, detail)
     select $1::uuid, 'ada', now() - age.days * interval '24 hours', 'updated', '{"kind": "library"}', '{}'
     from unnest('{29, 31}'::int[]) as age (days)`,
    [key.id],
  );
  return key.id;
}

it('the server runs the policy and shortens the history as its settings say', async () => {
  const place = await makePlace();
  const before = await place.open();
  const id = await addOldKeyAndEvents(before);
  await before.close();
  const lines: string[] = [];
  const timers = vi.spyOn(globalThis, 'setTimeout');
  const server = await serve({
    config: configOf({
      ...place.env,
      KEYSTAMP_PORT: '0',
      KEYSTAMP_HISTORY_DAYS: '30',
      KEYSTAMP_DISABLE_UNUSED: '90d',
    }),
    logger: openLog('info', { write: (line) => void lines.push(line) }),
    print: () => {},
  });
  for (const [due, ms] of timers.mock.calls) if (ms === 60_000) due();
  await until(() => lines.some((line) => line.includes('the policy for unused keys ran')));
  await server.stop();
  const after = await place.open();
  try {
    expect(await after.getApiKey(id)).toMatchObject({ status: 'disabled' });
    const { events } = await after.listEvents({ keyId: id });
    expect(events.map(({ kind, actor }) => [kind, actor.kind])).toEqual([
      ['disabled', 'policy'],
      ['updated', 'library'],
    ]);
  } finally {
    await after.close();
    await place.remove();
  }
});
