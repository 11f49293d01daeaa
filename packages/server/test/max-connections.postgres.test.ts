import { type PostgresServer, startPostgres } from '@keystamp/testing/postgres/server';
import { until } from '@keystamp/testing/until';
import { createKeystamp, type Keystamp } from 'keystamp';
import { type Database, openDatabase } from 'keystamp/database';
import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { buildApp } from '../src/app.js';
import type { HttpApp } from '../src/http/http-app.js';
import { openLog } from '../src/log/log.js';
import { configOf } from './support/test-server.js';

let postgres: PostgresServer;
let database: Database;
let keystamp: Keystamp;
let app: HttpApp;
const logged: string[] = [];
const others: pg.Client[] = [];

beforeAll(async () => {
  postgres = await startPostgres({ options: { max_connections: 12 } });
  database = await openDatabase(postgres.url);
  const logger = openLog('info', { write: (line) => logged.push(line) });
  keystamp = await createKeystamp({ database, logger });
  app = (await buildApp({ keystamp, config: configOf({}), logger })).app;
});
afterAll(async () => {
  await Promise.all(others.map((client) => client.end()));
  await app?.close();
  await database?.end();
  await postgres?.end();
});

async function connectAnother(): Promise<pg.Client | null> {
  const client = new pg.Client({ connectionString: postgres.url });
  client.on('error', () => {});
  try {
    await client.connect();
    others.push(client);
    return client;
  } catch {
    return null;
  }
}

/** Others take every connection but the one that listens. */
async function takeAllConnections(): Promise<void> {
  const first = (await connectAnother()) as pg.Client;
  const isOneLeft = async () => (await connectAnother()) !== null;
  while (await isOneLeft());
  // The one that listens beats every 2 s. A connection of the pool may have asked the same at the start, and nothing since.
  const ofPool = `select pid from pg_stat_activity where application_name = 'keystamp' and pid <> (
    select pid from pg_stat_activity where application_name = 'keystamp'
      and query ~ 'pg_listening_channels|pg_control_system|listen "' order by query_start desc limit 1)`;
  await first.query(`select pg_terminate_backend(pid, 5000) from (${ofPool}) of_pool`);
  while (await isOneLeft());
}

/** A key in memory, whose creation has been heard of: notifications arrive in the order of the commits. */
async function issueKnown(): Promise<string> {
  const issue = (name: string) => keystamp.createApiKey({ userId: 'ada', name });
  const [{ apiKey }, marker] = [await issue('A key'), await issue('A marker')];
  const isValid = async (text: string) => (await keystamp.validateUserApiKey(text)).valid;
  expect(await isValid(marker.apiKey)).toBe(true);
  const revoke = `update keystamp.api_keys set revoked_at = now() where id = '${marker.key.id}'`;
  await postgres.exec(revoke);
  await until(async () => !(await isValid(marker.apiKey)));
  expect(await isValid(apiKey)).toBe(true);
  return apiKey;
}

async function gauge(): Promise<number> {
  const { body } = await app.inject({ url: '/metrics' });
  return Number(/^keystamp_database_reachable (\d)$/m.exec(body)?.[1]);
}

const failures = () =>
  logged
    .map((line) => JSON.parse(line))
    .filter(({ msg, code }) => msg.startsWith('Statements failed') && code === '53300');

it('max_connections reached: a 503 leaves a line with its SQLSTATE and count, and the gauge is 0 until it passes', async () => {
  const apiKey = await issueKnown();
  const list = async () =>
    (await app.inject({ url: '/api/api-keys', headers: { 'x-api-key': apiKey } })).statusCode;
  expect(await list()).toBe(200);
  expect(await gauge()).toBe(1);
  await takeAllConnections();
  await until(async () => (await list()) === 503 && failures().length > 0);
  expect(failures()).toEqual([
    expect.objectContaining({
      level: 'warn',
      count: 1,
      reason: 'sorry, too many clients already',
    }),
  ]);
  await until(async () => (await gauge()) === 0);
  for (let i = 0; i < 20; i++) expect(await list()).toBe(503);
  expect(failures()).toHaveLength(1);

  await Promise.all(others.splice(0).map((client) => client.end()));
  await until(async () => (await gauge()) === 1);
  await until(async () => (await list()) === 200);
  await keystamp.close();
  const [, rest] = failures();
  expect(rest.count).toBeGreaterThanOrEqual(20);
});
