import { startTcpProxy, type TcpProxy } from '@keystamp/testing/network/tcp-proxy';
import { until } from '@keystamp/testing/until';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { migrateUp, openDatabase } from '../../src/database/index.js';
import { createKeystamp, type Keystamp } from '../../src/index.js';
import { type OwnServer, startOwnServer } from '../validation/own-server.js';

/** K3: so long after it a revocation counts, whatever the fault. */
const HONOURED = { timeoutMs: 10_000, what: 'the revocation to be honoured' };

let own: OwnServer;
let proxy: TcpProxy;
beforeAll(async () => {
  own = await startOwnServer();
  proxy = await startTcpProxy({ port: own.server.port });
});
afterEach(async () => {
  proxy.blackhole(false);
  proxy.leadTo(own.server.port);
  await own.closeInstances();
  vi.restoreAllMocks();
});
afterAll(async () => {
  await own.end();
  await proxy.close();
});

const revokeByHand = (id: string) =>
  own.byHand(`update keystamp.api_keys set revoked_at = now() where id = '${id}'`);

async function isRefused(keystamp: Keystamp, apiKey: string): Promise<boolean> {
  return !(await keystamp.validateUserApiKey(apiKey)).valid;
}

/** Only the listening connection goes through the proxy. */
const throughProxy = () => `postgres://postgres@127.0.0.1:${proxy.port}/postgres`;

describe('K3 the listening connection', () => {
  it('ended by the server: nothing is missed, and it is opened again', async () => {
    const keystamp = await own.open();
    const { apiKey, key } = await own.issueKnown(keystamp);
    const [listener] = await own.listeners();
    // In one transaction, so that the notification finds nobody who listens.
    await own.byHand(
      `begin; select pg_terminate_backend(${listener}, 5000);
       update keystamp.api_keys set revoked_at = now() where id = '${key.id}'; commit`,
    );
    await until(() => isRefused(keystamp, apiKey), HONOURED);
    await until(() => keystamp.health().listening);
    expect(keystamp.health().counts.reconnections).toBe(1);
    const again = await own.issueKnown(keystamp);
    await revokeByHand(again.key.id);
    await until(() => isRefused(keystamp, again.apiKey), HONOURED);
  });

  it('opened again: what was cached before is asked anew', async () => {
    const keystamp = await own.open();
    const { apiKey } = await own.issueKnown(keystamp);
    const [listener] = await own.listeners();
    await own.byHand(`select pg_terminate_backend(${listener}, 5000)`);
    await until(() => keystamp.health().counts.reconnections === 1);
    const before = keystamp.health().counts.cacheMisses;
    await keystamp.validateUserApiKey(apiKey);
    await keystamp.validateUserApiKey(apiKey);
    expect(keystamp.health().counts.cacheMisses).toBe(before + 1);
  });

  it('kept away: every validation asks the database', async () => {
    const keystamp = await own.open({ listenDatabase: throughProxy() });
    const { apiKey } = await own.issueKnown(keystamp);
    proxy.blackhole(true);
    proxy.cut();
    await until(() => !keystamp.health().listening);
    const before = keystamp.health().counts.cacheMisses;
    for (let i = 0; i < 5; i++) {
      expect((await keystamp.validateUserApiKey(apiKey)).valid).toBe(true);
    }
    expect(keystamp.health().counts.cacheMisses).toBe(before + 5);
  });

  it('led to another database: every validation asks the right one', async () => {
    const keystamp = await own.open({ listenDatabase: throughProxy() });
    const { apiKey, key } = await own.issueKnown(keystamp);
    const other = await startOwnServer();
    try {
      await other.open();
      proxy.leadTo(other.server.port);
      await until(() => own.log.some(({ message }) => /another database/.test(message)));
      expect(keystamp.health().listening).toBe(false);
      await revokeByHand(key.id);
      expect(await isRefused(keystamp, apiKey)).toBe(true);
      proxy.leadTo(own.server.port);
      await until(() => keystamp.health().listening);
    } finally {
      await other.end();
    }
  });

  it('of another database from the start: a wrong argument, and neither database is touched', async () => {
    await own.byHand('create database here');
    await own.byHand('create database elsewhere');
    const here = own.server.urlOf('here');
    const elsewhere = own.server.urlOf('elsewhere');
    const opening = createKeystamp({ database: here, listenDatabase: elsewhere });
    await expect(opening).rejects.toMatchObject({
      code: 'invalid_argument',
      field: 'listenDatabase',
    });
    const database = await openDatabase(here, { listenDatabase: elsewhere });
    await expect(migrateUp(database)).rejects.toMatchObject({ field: 'listenDatabase' });
    await database.end();
    for (const name of ['here', 'elsewhere']) {
      const { rows } = await own.server.exec(`select to_regnamespace('keystamp') as made`, name);
      expect([name, rows]).toEqual([name, [{ made: null }]]);
    }
  });

  it('silent, its packets dropped: a revocation counts within 10 s', async () => {
    const keystamp = await own.open({ listenDatabase: throughProxy() });
    const { apiKey, key } = await own.issueKnown(keystamp);
    proxy.blackhole(true);
    await revokeByHand(key.id);
    await until(() => isRefused(keystamp, apiKey), HONOURED);
    proxy.blackhole(false);
    await until(() => keystamp.health().listening);
  });
});

describe('K3 a host that slept', () => {
  it('believes nothing until it has asked, and its sleep counts against the grace of an outage', async () => {
    let sleptMs = 0;
    const now = Date.now.bind(Date);
    vi.spyOn(Date, 'now').mockImplementation(() => now() + sleptMs);
    const url = `postgres://postgres@127.0.0.1:${proxy.port}/postgres`;
    const keystamp = await own.open({ url, outageGraceMs: 3_600_000 });
    const { apiKey } = await own.issueKnown(keystamp);
    await keystamp.flush();
    proxy.blackhole(true);
    proxy.cut();
    expect((await keystamp.validateUserApiKey(apiKey)).valid).toBe(true);
    sleptMs = 2 * 3_600_000;
    await until(
      async () =>
        (await keystamp.validateUserApiKey(apiKey).catch(({ code }) => code)) ===
        'database_unavailable',
    );
  });
});
