import { until } from '@keystamp/testing/until';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { IssuedApiKey, Keystamp } from '../../src/index.js';
import { type OwnServer, startOwnServer } from '../validation/own-server.js';
import { present } from './refused.js';

let own: OwnServer;
beforeAll(async () => {
  own = await startOwnServer();
});
afterEach(async () => {
  await own.server.start();
  await own.closeInstances();
});
afterAll(() => own.end());

/** The instance answers for it from memory, and its stop is in no event yet. */
async function issueStopped(keystamp: Keystamp): Promise<IssuedApiKey> {
  const issued = await own.issueKnown(keystamp);
  await keystamp.disableApiKey(issued.key.id);
  const look = () => keystamp.validateUserApiKey(issued.apiKey, { recordUse: false });
  expect(await look()).toMatchObject({ reason: 'disabled' });
  // It hears of the stop too, and forgets what it read before.
  const marker = await own.issueKnown(keystamp);
  expect(marker.key.id).not.toBe(issued.key.id);
  expect(await look()).toMatchObject({ reason: 'disabled' });
  return issued;
}

async function countRefused({ key }: IssuedApiKey): Promise<number> {
  const text = `select count(*)::int as n from keystamp.key_events where kind = 'refused' and key_id = '${key.id}'`;
  return (await own.byHand(text)).rows[0]?.['n'] as number;
}

/** For new connections. The client can always write. */
async function makeReadOnly(to: 'on' | 'off'): Promise<void> {
  const options = '-c default_transaction_read_only=off';
  const client = new pg.Client({ connectionString: own.server.url, options });
  await client.connect();
  await client.query(`alter system set default_transaction_read_only = ${to}`);
  await client.query('select pg_reload_conf()');
  await client.end();
}

describe('G7 what is refused while the database', () => {
  it('is down is answered as before, and in the history once it is back', async () => {
    const keystamp = await own.open();
    const good = await own.issueKnown(keystamp);
    const stopped = await issueStopped(keystamp);
    await own.server.stop('fast');
    for (let i = 0; i < 50; i++) {
      expect(await present(keystamp, stopped.apiKey)).toBe('disabled');
      expect(await present(keystamp, good.apiKey)).toBe('valid');
    }
    await expect(keystamp.flush()).rejects.toThrow('kept and tried again');
    await own.server.start();
    await until(async () => (await countRefused(stopped)) === 1);
  });

  it('is read-only is answered as before, and in the history once it can be written', async () => {
    const keystamp = await own.open();
    const stopped = await issueStopped(keystamp);
    await makeReadOnly('on');
    await until(async () => {
      const { rows } = await own.byHand('show default_transaction_read_only');
      return rows[0]?.['default_transaction_read_only'] === 'on';
    });
    expect(await present(keystamp, stopped.apiKey)).toBe('disabled');
    await until(() => own.log.some(({ message }) => message.startsWith('Refused keys could not')));
    expect(await present(keystamp, stopped.apiKey)).toBe('disabled');
    expect(await countRefused(stopped)).toBe(0);
    await makeReadOnly('off');
    await until(async () => (await countRefused(stopped)) === 1);
  });
});
