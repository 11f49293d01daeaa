import { startTcpProxy, type TcpProxy } from '@keystamp/testing/network/tcp-proxy';
import { until } from '@keystamp/testing/until';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { openDatabase } from '../../src/database/index.js';
import { createKeystamp } from '../../src/index.js';
import { type OwnServer, startOwnServer } from '../validation/own-server.js';

let own: OwnServer;
let proxy: TcpProxy;
beforeAll(async () => {
  own = await startOwnServer();
  proxy = await startTcpProxy({ port: own.server.port });
});
afterEach(() => own.closeInstances());
afterAll(async () => {
  await own.end();
  await proxy.close();
});

const isLogged = (pattern: RegExp) => own.log.some(({ message }) => pattern.test(message));
const urlOf = (role: string) => own.server.url.replace('postgres@', `${role}@`);

describe('K3 a proof that changes are heard', () => {
  it('succeeds for a role that may only read', async () => {
    await (await own.open()).close();
    await own.byHand(`create role reader login; grant usage on schema keystamp to reader;
      grant select on all tables in schema keystamp to reader`);
    const keystamp = await own.open({ url: urlOf('reader'), migrate: false });
    expect(keystamp.health().listening).toBe(true);
  });

  it('fails where the role may not make it: the log says so, and keys are validated by the database', async () => {
    const owner = await own.open();
    const { apiKey } = await owner.createApiKey({ userId: 'ada', name: 'A key' });
    await own.byHand(`create role limited login; grant usage on schema keystamp to limited;
      grant select on all tables in schema keystamp to limited;
      revoke execute on function keystamp.probe_listeners from public`);
    const keystamp = await own.open({ url: urlOf('limited'), migrate: false });
    expect(keystamp.health().listening).toBe(false);
    expect(isLogged(/keystamp\.probe_listeners/)).toBe(true);
    expect((await keystamp.validateUserApiKey(apiKey)).valid).toBe(true);
    await own.byHand('grant execute on function keystamp.probe_listeners to public');
    await until(() => keystamp.health().listening);
  });

  it('fails on a database that takes no changes', async () => {
    await (await own.open()).close();
    await own.byHand('alter database postgres set default_transaction_read_only = on');
    const keystamp = await own.open({ migrate: false });
    await own.byHand(
      'begin read write; alter database postgres reset default_transaction_read_only; commit',
    );
    expect(keystamp.health().listening).toBe(false);
    expect(isLogged(/is read-only/)).toBe(true);
  });

  it('fails where triggers do not fire for the sessions of the instance', async () => {
    await (await own.open()).close();
    await own.byHand('alter database postgres set session_replication_role = replica');
    const keystamp = await own.open();
    await own.byHand('alter database postgres reset session_replication_role');
    expect(keystamp.health().listening).toBe(false);
    expect(isLogged(/session_replication_role/)).toBe(true);
  });

  it('fails where the pool comes to lead to another database', async () => {
    let laterMs = 0;
    const other = await startOwnServer();
    try {
      await other.open();
      const keystamp = await own.open({
        url: `postgres://postgres@127.0.0.1:${proxy.port}/postgres`,
        listenDatabase: own.server.url,
        now: () => performance.now() + laterMs,
      });
      expect(keystamp.health().listening).toBe(true);
      proxy.leadTo(other.server.port);
      proxy.cut();
      laterMs = 60_000;
      await until(() => isLogged(/test change/));
      await until(() => isLogged(/another database/));
      expect(keystamp.health().listening).toBe(false);
    } finally {
      await other.end();
    }
  });

  it('K4 goes by the listening connection where the pool has none to give', async () => {
    let laterMs = 0;
    const database = await openDatabase(own.server.url, { poolSize: 1 });
    const keystamp = await createKeystamp({ database, now: () => performance.now() + laterMs });
    const ears = new pg.Client({ connectionString: own.server.url });
    const heard: (string | undefined)[] = [];
    await ears.connect();
    ears.on('notification', ({ payload }) => heard.push(payload));
    await ears.query('listen keystamp_changes');
    const held = await database.connect();
    try {
      laterMs = 60_000;
      await until(() => heard.some((payload) => /^u0\d{3}$/.test(payload ?? '')));
      await until(() => keystamp.health().listening);
    } finally {
      held.release();
      await ears.end();
      await keystamp.close();
      await database.end();
    }
  });
});
