import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { startPostgres } from '@keystamp/testing/postgres/server';
import { until } from '@keystamp/testing/until';
import { describe, expect, it } from 'vitest';
import { ADMIN, AWAY, isPostgres, makePlace, serversOnPreparedPlace } from './serve-place.js';
import type { ServerProcess } from './support/server-process.js';
import { PASSWORD } from './support/test-server.js';

const start = serversOnPreparedPlace();

async function signIn({ url }: ServerProcess): Promise<string> {
  const answer = await fetch(`${url}/api/auth/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email: 'ada@example.com', password: PASSWORD }),
  });
  expect(answer.status).toBe(200);
  return (answer.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
}

async function createKey({ url }: ServerProcess, cookie: string) {
  const answer = await fetch(`${url}/api/api-keys`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', cookie, origin: url },
    body: JSON.stringify({ name: 'A key' }),
  });
  expect(answer.status).toBe(201);
  return (await answer.json()) as { api_key: string; info: { id: string } };
}

async function lastUsedAt({ url }: ServerProcess, cookie: string, id: string) {
  const answer = await fetch(`${url}/api/api-keys/${id}`, { headers: { cookie } });
  const { info } = (await answer.json()) as { info: { last_used_at: string | null } };
  return info.last_used_at;
}

/** Waits until the port answers, with or without a database. */
async function untilUp({ url }: ServerProcess): Promise<void> {
  const isUp = () =>
    fetch(`${url}/healthz`).then(
      ({ ok }) => ok,
      () => false,
    );
  await until(isUp);
}

/** Opens a request whose body is still to come, and waits until the server reads it. */
async function openRequest({ port }: ServerProcess): Promise<Socket> {
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  const head = [
    'POST /api/auth/login HTTP/1.1',
    'host: localhost',
    'content-type: application/json',
  ];
  socket.write(`${head.join('\r\n')}\r\nexpect: 100-continue\r\ncontent-length: 62\r\n\r\n`);
  const [data] = await once(socket, 'data');
  expect(String(data)).toContain('100 Continue');
  return socket;
}

describe('keystamp serve', { timeout: 120_000 }, () => {
  it('prints where to sign in, and for the first administrator a link that no log holds', async () => {
    const empty = await makePlace();
    const server = await start(empty.env);
    await server.ready();
    const token = /\/setup#token=([\w-]{43})\s/.exec(
      await until(() => /token=/.test(server.stdout()) && server.stdout()),
    )?.[1] as string;
    expect(server.stdout()).toContain(`Sign in at ${server.url}/`);
    expect(server.stderr()).not.toContain(token);
    const made = await fetch(`${server.url}/api/setup`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ token, email: 'ada@example.com', password: PASSWORD }),
    });
    expect(made.status).toBe(201);
    await signIn(server);
    await server.kill();
    await empty.remove();
  });

  it.each(['SIGTERM', 'SIGHUP'] as const)(
    'G8: %s writes the uses that are pending, and ends with 0',
    async (signal) => {
      const first = await start({ KEYSTAMP_FLUSH_INTERVAL_MS: '10000' });
      await first.ready();
      const cookie = await signIn(first);
      const { api_key, info } = await createKey(first, cookie);
      const used = await fetch(`${first.url}/verify`, { headers: { 'x-api-key': api_key } });
      expect(used.status).toBe(204);
      first.child.kill(signal);
      expect(await first.ended()).toBe(0);

      const second = await start();
      await second.ready();
      expect(second.stdout()).not.toContain('token=');
      const at = Date.parse((await lastUsedAt(second, await signIn(second), info.id)) ?? '');
      expect(Math.abs(Date.now() - at)).toBeLessThan(60_000);
    },
  );

  it('SIGTERM lets a request in flight finish, and takes no further one', async () => {
    const server = await start();
    await server.ready();
    const socket = await openRequest(server);
    server.child.kill('SIGTERM');
    await until(() => server.stderr().includes('stopping'));
    await until(() =>
      fetch(server.url).then(
        () => false,
        () => true,
      ),
    );
    const body = JSON.stringify({ email: 'ada@example.com', password: PASSWORD });
    socket.write(body.padEnd(62));
    const answer = String((await once(socket, 'data'))[0]);
    expect(answer).toContain('200 OK');
    expect(answer.toLowerCase()).toContain('connection: close');
    expect(await server.ended()).toBe(0);
  });

  it('a request that never ends does not hold the stop', async () => {
    const server = await start();
    await server.ready();
    const socket = await openRequest(server);
    socket.on('error', () => {});
    server.child.kill('SIGINT');
    expect(await server.ended()).toBe(0);
  });

  it('a second signal ends it at once', async () => {
    const server = await start();
    await server.ready();
    const socket = await openRequest(server);
    socket.on('error', () => {});
    server.child.kill('SIGTERM');
    await until(() => server.stderr().includes('stopping'));
    server.child.kill('SIGTERM');
    expect(await server.ended()).toBe(1);
  });

  it('prints links with the path of the public URL', async () => {
    const empty = await makePlace();
    const server = await start({ ...empty.env, KEYSTAMP_PUBLIC_URL: 'https://example.com/keys/' });
    await server.ready();
    expect(await until(() => /(\S+)#token=/.exec(server.stdout())?.[1])).toBe(
      'https://example.com/keys/setup',
    );
    expect(server.stdout()).toContain('Sign in at https://example.com/keys/\n');
    await server.kill();
    await empty.remove();
  });

  it('answers below the path too while it waits for the database', async () => {
    const env = { DATABASE_URL: AWAY, KEYSTAMP_PUBLIC_URL: 'https://example.com/keys/' };
    const server = await start(env);
    await untilUp(server);
    const statusOf = async (path: string) => (await fetch(`${server.url}${path}`)).status;
    expect([await statusOf('/healthz'), await statusOf('/keys/healthz')]).toEqual([200, 200]);
    expect([await statusOf('/readyz'), await statusOf('/keys/readyz')]).toEqual([503, 503]);
  });

  it.runIf(isPostgres)(
    'waits for a PostgreSQL that is away: up, not ready, then ready',
    async () => {
      const postgres = await startPostgres();
      try {
        await postgres.stop();
        const server = await start({ ...ADMIN, DATABASE_URL: postgres.url });
        await untilUp(server);
        const notYet = await fetch(`${server.url}/readyz`);
        expect(notYet.status).toBe(503);
        expect(notYet.headers.get('content-type')).toBe('application/problem+json');
        expect(server.stdout()).toContain('out of reach');
        await postgres.start();
        await server.ready();
        expect((await fetch(`${server.url}/readyz`)).status).toBe(200);
        await signIn(server);
      } finally {
        await postgres.end();
      }
    },
  );

  it.runIf(isPostgres)('stops while it waits', async () => {
    const server = await start({ DATABASE_URL: AWAY, KEYSTAMP_LOGLEVEL: 'debug' });
    await until(() => server.stdout().includes('out of reach'));
    await until(() => server.stderr().includes('out of reach'));
    const [warning = '', line = '', ...more] = server.stderr().trim().split('\n');
    expect(JSON.parse(warning).msg).toContain('Is KEYSTAMP_LOG_LEVEL meant?');
    expect(more).toEqual([]);
    expect(JSON.parse(line)).toEqual({
      level: 'warn',
      time: expect.any(String),
      code: 'ECONNREFUSED',
      address: '127.0.0.1:9',
      reason: 'connect ECONNREFUSED 127.0.0.1:9',
      msg: 'the database is out of reach',
    });
    server.child.kill('SIGTERM');
    expect(await server.ended()).toBe(0);
  });
});
