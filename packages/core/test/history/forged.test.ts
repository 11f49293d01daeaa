import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestKeystamp, type TestKeystamp } from '../support/keystamp.js';

/** Roles are the whole server's, so that each run has its own. */
const role = `reader_${randomBytes(6).toString('hex')}`;
let test: TestKeystamp;
beforeAll(async () => {
  test = await createTestKeystamp();
  await test.ground.database.query(`create role ${role}`);
  await test.ground.database.query(`grant usage on schema keystamp to ${role}`);
  await test.ground.database.query(`create schema ${role} authorization ${role}`);
});
afterAll(async () => {
  await test.ground.database.query(`drop owned by ${role}`);
  await test.ground.database.query(`drop role ${role}`);
  await test.close();
});

/** Runs them as the role, until one fails. */
async function asReader(...statements: string[]): Promise<void> {
  const session = await test.ground.database.connect();
  try {
    await session.query(`set role ${role}`);
    for (const statement of statements) await session.query(statement);
  } finally {
    await session.query('reset role');
    session.release();
  }
}

/** The last event of a new key that was renamed by hand in a session whose setting says who does it. */
async function renamedBy(said: string) {
  const { key } = await test.issue();
  const session = await test.ground.database.connect();
  try {
    await session.query(`select set_config('keystamp.actor', $1, false)`, [said]);
    await session.query(`update keystamp.api_keys set name = 'By hand' where id = $1`, [key.id]);
  } finally {
    await session.query(`select set_config('keystamp.actor', '', false)`);
    session.release();
  }
  return (await test.keystamp.listEvents({ keyId: key.id })).events[0];
}

describe('K7 who may write into the history', () => {
  it('no role by a table of its own, whose rows the function would take for keys', async () => {
    const forge = asReader(
      `create table ${role}.fake (id uuid, user_id text, name text, key_prefix text)`,
      `create trigger forge after delete on ${role}.fake for each row execute function keystamp.record_key_event()`,
      `insert into ${role}.fake values (gen_random_uuid(), 'ada', 'Made up', 'ks_made')`,
      `delete from ${role}.fake`,
    );
    await expect(forge).rejects.toThrow(/permission denied for function .*record_key_event/);
    const { events } = await test.keystamp.listEvents({ kind: 'deleted' });
    expect(events).toEqual([]);
  });

  it('a role that may change keys and no more, by its changes', async () => {
    const { key } = await test.issue();
    await test.ground.database.query(`grant select, update on keystamp.api_keys to ${role}`);
    await asReader(`update keystamp.api_keys set name = 'By the role' where id = '${key.id}'`);
    const { events } = await test.keystamp.listEvents({ keyId: key.id });
    expect(events[0]).toMatchObject({ kind: 'updated', keyName: 'By the role' });
  });

  it.each([
    '[]',
    '7',
    '"ops"',
    'null',
    '{"name": "ops"}',
    '{"kind": "boss", "name": "ops"}',
    '{"kind": ["cli"]}',
  ])('%s in the setting is no actor: the change is of the role', async (said) => {
    const event = await renamedBy(said);
    expect(event).toMatchObject({ kind: 'updated', actor: { kind: 'database', userId: null } });
  });

  it('of an actor that the setting says by hand, everything is a text', async () => {
    const event = await renamedBy('{"kind": "cli", "user_id": 7, "name": ["ops"], "more": 1}');
    const actor = { kind: 'cli', userId: '7', keyId: null, name: '["ops"]' };
    expect(event?.actor).toEqual(actor);
  });
});
