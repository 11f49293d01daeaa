import { startTcpProxy, type TcpProxy } from '@keystamp/testing/network/tcp-proxy';
import { until } from '@keystamp/testing/until';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createKeystamp, type Keystamp } from '../../src/index.js';
import { generateApiKey } from '../../src/key-format/api-key.js';
import { type OwnServer, startOwnServer } from './own-server.js';

let own: OwnServer;
let proxy: TcpProxy;
beforeAll(async () => {
  own = await startOwnServer();
  proxy = await startTcpProxy({ port: own.server.port });
});
afterEach(async () => {
  proxy.blackhole(false);
  await own.server.start(); // Instances write what is pending before they close.
  await own.closeInstances();
});
afterAll(async () => {
  await own.end();
  await proxy.close();
});

/** `valid`, the reason of a refusal, or the code of a failure. */
async function outcomeOf(keystamp: Keystamp, apiKey: string): Promise<string> {
  try {
    const validation = await keystamp.validateUserApiKey(apiKey);
    return validation.valid ? 'valid' : validation.reason;
  } catch (error) {
    return (error as { code: string }).code;
  }
}

/** Outcomes of all of these until `work` is done, each once. */
async function outcomesDuring(
  keystamp: Keystamp,
  apiKey: string,
  work: Promise<unknown>,
): Promise<Set<string>> {
  const outcomes = new Set<string>();
  let isDone = false;
  void work.finally(() => {
    isDone = true;
  });
  while (!isDone) {
    outcomes.add(await outcomeOf(keystamp, apiKey));
    await new Promise(setImmediate);
  }
  await work;
  return outcomes;
}

const isBack = (keystamp: Keystamp) => () => {
  const { listening, databaseReachable } = keystamp.health();
  return listening && databaseReachable;
};
const throughProxy = () => `postgres://postgres@127.0.0.1:${proxy.port}/postgres`;

describe.each([
  ['stopped and started', () => own.server.stop('fast')],
  ['killed with SIGKILL', () => own.server.kill9()],
])('K4 PostgreSQL %s', (_how, end) => {
  it('refuses no known key, before, in between and after', async () => {
    const keystamp = await own.open();
    const { apiKey } = await own.issueKnown(keystamp);
    const outage = end()
      .then(() => own.server.start())
      .then(() => until(isBack(keystamp)));
    expect(await outcomesDuring(keystamp, apiKey, outage)).toEqual(new Set(['valid']));
  });

  it('answers for an unknown key that it cannot tell, and never that there is none', async () => {
    const keystamp = await own.open();
    const known = await own.issueKnown(keystamp);
    const { apiKey } = generateApiKey('ks');
    await end();
    // Processes of a killed postmaster still answer for a moment.
    await until(async () => {
      const { listening, databaseReachable } = keystamp.health();
      await outcomeOf(keystamp, known.apiKey);
      return !listening && !databaseReachable;
    });
    const away = new Set<string>();
    for (let i = 0; i < 500; i++) away.add(await outcomeOf(keystamp, apiKey));
    expect(away).toEqual(new Set(['database_unavailable']));
    await own.server.start();
    await until(async () => (await outcomeOf(keystamp, apiKey)) === 'unknown');
  });

  it('K3 a revocation made right after it counts within 10 s', async () => {
    const keystamp = await own.open();
    const { apiKey, key } = await own.issueKnown(keystamp);
    await end();
    await own.server.start();
    await own.byHand(`update keystamp.api_keys set revoked_at = now() where id = '${key.id}'`);
    await until(async () => (await outcomeOf(keystamp, apiKey)) === 'revoked', {
      timeoutMs: 10_000,
    });
  });
});

describe('K4 the grace of an outage', () => {
  it('ends: then a known key is not answered either, and the instance is not ready', async () => {
    const keystamp = await own.open({ outageGraceMs: 1_500 });
    const { apiKey } = await own.issueKnown(keystamp);
    await own.server.stop('fast');
    expect(await outcomeOf(keystamp, apiKey)).toBe('valid');
    expect(keystamp.health().ready).toBe(true);
    const outcomes = await outcomesDuring(
      keystamp,
      apiKey,
      until(() => !keystamp.health().ready),
    );
    expect([...outcomes].filter((outcome) => outcome !== 'valid')).toEqual(
      outcomes.has('database_unavailable') ? ['database_unavailable'] : [],
    );
    expect(await outcomeOf(keystamp, apiKey)).toBe('database_unavailable');
    await own.server.start();
    await until(async () => (await outcomeOf(keystamp, apiKey)) === 'valid');
    expect(keystamp.health().ready).toBe(true);
  });

  it('is noticed by an instance that nobody asks, and its end too', async () => {
    const keystamp = await own.open({ outageGraceMs: 1 });
    expect(keystamp.health()).toMatchObject({ databaseReachable: true, ready: true });
    await own.server.stop('fast');
    await until(() => !keystamp.health().ready);
    expect(keystamp.health().databaseReachable).toBe(false);
    await own.server.start();
    await until(() => keystamp.health().ready);
    expect(keystamp.health().databaseReachable).toBe(true);
  });

  it('switched off: a known key is not answered from the moment on that the outage is noticed', async () => {
    const keystamp = await own.open({ outageGraceMs: 0 });
    const { apiKey } = await own.issueKnown(keystamp);
    await own.server.stop('fast');
    await until(() => !keystamp.health().listening);
    expect(await outcomeOf(keystamp, apiKey)).toBe('database_unavailable');
  });

  it('K3 serves no key whose revocation this instance has heard', async () => {
    const reader = await own.open();
    const writer = await own.open();
    const { apiKey, key } = await own.issueKnown(reader);
    await writer.revokeApiKey(key.id);
    // Not asked for in between: what is cached of the key says that it is good. This one is heard of after it.
    const other = await own.issueKnown(reader);
    await own.server.stop('fast');
    expect(await outcomeOf(reader, other.apiKey)).toBe('valid');
    expect(await outcomeOf(reader, apiKey)).toBe('database_unavailable');
  });
});

describe('K4 a network that swallows everything', () => {
  it('holds no known key up, and its end is noticed though every connection is stuck', async () => {
    const keystamp = await own.open({ url: throughProxy(), poolSize: 2 });
    const { apiKey, key } = await own.issueKnown(keystamp);
    const unknown = () => outcomeOf(keystamp, generateApiKey('ks').apiKey);
    proxy.blackhole(true);
    expect(await Promise.all([unknown(), unknown(), unknown()])).toEqual(
      Array(3).fill('database_unavailable'),
    );
    const silence = until(() => !keystamp.health().listening);
    expect(await outcomesDuring(keystamp, apiKey, silence)).toEqual(new Set(['valid']));
    await own.byHand(`update keystamp.api_keys set revoked_at = now() where id = '${key.id}'`);
    proxy.blackhole(false);
    await until(async () => (await outcomeOf(keystamp, apiKey)) === 'revoked', {
      timeoutMs: 10_000,
    });
    await until(async () => (await unknown()) === 'unknown', { timeoutMs: 5_000 });
  });
});

describe('a database that is there and does not answer', () => {
  it('for want of a connection: known keys are served, others get 503, and it passes', async () => {
    const pool = new pg.Pool({ connectionString: own.server.url, max: 2 });
    const keystamp = await createKeystamp({ database: pool });
    const { apiKey } = await own.issueKnown(keystamp);
    const taken = [await pool.connect(), await pool.connect()];
    const { apiKey: unknown } = generateApiKey('ks');
    expect(await outcomeOf(keystamp, unknown)).toBe('overloaded');
    expect(await outcomeOf(keystamp, apiKey)).toBe('valid');
    for (const client of taken) client.release();
    await until(async () => (await outcomeOf(keystamp, unknown)) === 'unknown');
    await keystamp.close();
    await pool.end();
  });

  it('for a lock on the table: known keys are served, and no statement is left waiting', async () => {
    const keystamp = await own.open();
    const { apiKey } = await own.issueKnown(keystamp);
    await keystamp.flush();
    const locker = new pg.Client({ connectionString: own.server.url });
    locker.on('error', () => {});
    await locker.connect();
    await locker.query('begin; lock table keystamp.api_keys in access exclusive mode');
    const ask = () => outcomeOf(keystamp, generateApiKey('ks').apiKey);
    expect(await ask()).toBe('database_unavailable');
    expect(await outcomeOf(keystamp, apiKey)).toBe('valid');
    // Sooner than the server's own limit of 15 s would end it.
    const isNoneWaiting = async () => {
      const { rows } = await own.byHand(
        `select count(*)::int as waiting from pg_stat_activity
         where wait_event_type = 'Lock' and query like '%key_hash = any%'`,
      );
      return rows[0]?.['waiting'] === 0;
    };
    await until(isNoneWaiting, { timeoutMs: 8_000 });
    await locker.query('rollback');
    await locker.end();
    await until(async () => (await ask()) === 'unknown');
  });
});

describe('G7 the log of an outage', () => {
  it('has a line each of what happened, however many requests there are', async () => {
    const keystamp = await own.open();
    const { apiKey } = await own.issueKnown(keystamp);
    for (let i = 0; i < 3; i++) {
      await own.server.stop('immediate');
      for (let n = 0; n < 200; n++) await outcomeOf(keystamp, apiKey);
      await own.server.start();
      await until(isBack(keystamp));
    }
    const warnings = own.log
      .filter(({ level }) => level !== 'info')
      .map(({ message, code }) => `${message} ${code}`);
    expect(warnings.length).toBe(new Set(warnings).size);
  });
});
