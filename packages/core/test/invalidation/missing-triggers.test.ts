import { until } from '@keystamp/testing/until';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { migrateDown, migrateUp } from '../../src/database/index.js';
import { createTestKeystamp, type TestKeystamp } from '../support/keystamp.js';

/** K3: so long after it a revocation counts, whatever the fault. */
const HONOURED = { timeoutMs: 10_000, what: 'the revocation to be honoured' };

let here: TestKeystamp;
beforeAll(async () => {
  here = await createTestKeystamp();
});
afterAll(() => here.close());

const byHand = (sql: string) => here.ground.database.query(sql);
const revokeByHand = (id: string) =>
  byHand(`update keystamp.api_keys set revoked_at = now() where id = '${id}'`);

/** A key that is answered for from memory: its creation has been heard of. */
async function issueKnown() {
  const issued = await here.issue();
  const hits = () => here.keystamp.health().counts.cacheHits;
  const before = hits();
  await until(async () => {
    await here.keystamp.validateUserApiKey(issued.apiKey);
    return hits() > before;
  });
  return issued;
}
const isRefused = async (apiKey: string) => !(await here.keystamp.validateUserApiKey(apiKey)).valid;

describe('K3 where the triggers do not tell', () => {
  it('each trigger of the schema that tells is looked for', async () => {
    const { rows } = await byHand(
      `select t.tgrelid::regclass::text as on_table, t.tgname from pg_trigger t join pg_proc p on p.oid = t.tgfoid
       where p.pronamespace = 'keystamp'::regnamespace and p.proname like 'notify_%' order by 2`,
    );
    expect(rows.length).toBeGreaterThan(5);
    for (const { on_table, tgname } of rows) {
      await until(() => here.keystamp.health().listening);
      await byHand(`alter table ${on_table} disable trigger ${tgname}`);
      await until(() => !here.keystamp.health().listening, {
        timeoutMs: 10_000,
        what: `${tgname}`,
      });
      await byHand(`alter table ${on_table} enable trigger ${tgname}`);
    }
    await until(() => here.keystamp.health().listening);
  });

  it('a revocation by hand counts within 10 s of it', async () => {
    const { apiKey, key } = await issueKnown();
    await byHand('alter table keystamp.api_keys disable trigger api_keys_updated');
    await revokeByHand(key.id);
    await until(() => isRefused(apiKey), HONOURED);
    await byHand('alter table keystamp.api_keys enable trigger api_keys_updated');
    await until(() => here.keystamp.health().listening);
  });

  it('what changed while the migration was down counts as soon as it is up again', async () => {
    const { database } = here.ground;
    const { apiKey, key } = await issueKnown();
    await migrateDown(database, { to: '000002' });
    await revokeByHand(key.id);
    const { listening, counts } = here.keystamp.health();
    await migrateUp(database);
    // Too quick to be noticed by the heartbeat: the migration itself tells.
    await until(() => isRefused(apiKey), HONOURED);
    if (listening) expect(here.keystamp.health().counts.reconnections).toBe(counts.reconnections);
  });
});
