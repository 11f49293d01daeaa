import { freePort } from '@keystamp/testing/network/free-port';
import { until } from '@keystamp/testing/until';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ADMIN } from '../serve-place.js';
import type { ServerProcess } from '../support/server-process.js';
import {
  childrenOf,
  connectionsOf,
  createWorkerGround,
  isAlive,
  openConnection,
  type WorkerGround,
} from '../support/worker-ground.js';

const CONNECTIONS = 12;
const WINDOW_MS = 200;

let ground: WorkerGround;
beforeEach(async () => {
  ground = await createWorkerGround();
});
afterEach(() => ground.close());

const pidOf = (server: ServerProcess) => server.child.pid as number;
const linesOf = (server: ServerProcess) =>
  server
    .stderr()
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as Record<string, unknown>);

async function metricOf(server: ServerProcess, name: string): Promise<number> {
  const text = await (await fetch(`${server.url}/metrics`)).text();
  const line = text.split('\n').find((each) => each.startsWith(`${name} `));
  return Number(line?.split(' ')[1]);
}

const VERIFIED =
  'keystamp_http_request_duration_seconds_count{method="GET",route="/verify",status="204"}';

/** Notes each new version of a row of a key that the flush writes. */
const NOTE_VERSIONS = `
  create table public.versions (id uuid);
  create function public.note_version() returns trigger language plpgsql
    as 'begin insert into public.versions values (new.id); return null; end';
  create trigger note_version after update of last_used_at on keystamp.api_keys
    for each row execute function public.note_version()`;

describe('KEYSTAMP_WORKERS=2', { timeout: 180_000 }, () => {
  it('G3 G4 a worker that is killed under load takes its own connections with it, and no more', async () => {
    const keys = await ground.issue(3);
    for (const each of NOTE_VERSIONS.split(/;\s*(?=create)/)) {
      await ground.database.database.query(each);
    }
    const server = await ground.start({
      KEYSTAMP_PRECISION_MS: String(WINDOW_MS),
      KEYSTAMP_FLUSH_INTERVAL_MS: '50',
    });
    await server.ready();
    const beganAt = performance.now();
    const [victim, idle] = childrenOf(pidOf(server)) as [number, number];
    process.kill(idle, 'SIGSTOP');
    const broken = new Map<number, number>();
    const counts = { answered: 0, afterTheKill: 0 };
    let isKilled = false;
    let isOver = false;
    const run = async (index: number) => {
      const connection = openConnection(server.port);
      for (let turn = 0; !isOver; turn++) {
        const answer = await connection.verify(keys[turn % keys.length]?.apiKey as string);
        if (answer === 204) {
          counts.answered += 1;
          if (isKilled) counts.afterTheKill += 1;
        } else broken.set(index, (broken.get(index) ?? 0) + 1);
      }
      connection.close();
    };
    const load = Promise.all(Array.from({ length: CONNECTIONS }, (_, index) => run(index)));
    await until(() => counts.answered >= CONNECTIONS);
    process.kill(idle, 'SIGCONT');
    // Connections end after so many requests, and the worker with less to do takes the next ones.
    const has = (pid: number) => connectionsOf(pid, server.port) > 1;
    await until(() => has(idle) && has(victim));
    const before = await metricOf(server, VERIFIED);
    process.kill(victim, 'SIGKILL');
    isKilled = true;
    await until(() => server.stderr().includes('takes requests'));
    const answeredThen = counts.afterTheKill;
    await until(() => counts.afterTheKill > answeredThen + 500);
    isOver = true;
    await load;

    // The connections of the one worker broke, each with the one request on it; the next request went to another worker.
    expect([...broken.values()].every((times) => times === 1)).toBe(true);
    expect(broken.size).toBeLessThan(CONNECTIONS);
    expect(linesOf(server)).toContainEqual(
      expect.objectContaining({
        level: 'warn',
        reason: expect.stringMatching(/^worker \d ended with SIGKILL$/),
        delayMs: 0,
      }),
    );
    // What was counted at the scrape is not gone with the worker. Answers on the way from it count here and not there.
    expect(await metricOf(server, VERIFIED)).toBeGreaterThanOrEqual(
      before + counts.afterTheKill - CONNECTIONS,
    );
    expect(await metricOf(server, 'keystamp_workers')).toBe(2);
    expect(await metricOf(server, 'keystamp_worker_restarts_total')).toBe(1);

    const usedFrom = Date.now();
    const connection = openConnection(server.port);
    for (const { apiKey } of keys) expect(await connection.verify(apiKey)).toBe(204);
    const usedUntil = Date.now();
    connection.close();
    server.child.kill('SIGTERM');
    expect(await server.ended()).toBe(0);
    const tookMs = performance.now() - beganAt;
    for (const { id } of keys) {
      const at = (await ground.storedAt(id)) as number;
      expect(at).toBeGreaterThanOrEqual(usedFrom - 50);
      expect(at).toBeLessThanOrEqual(usedUntil + 50);
      const text = 'select count(*)::int as versions from public.versions where id = $1';
      const { rows } = await ground.database.database.query<{ versions: number }>(text, [id]);
      // One more for each instance that stopped: the three workers and the primary.
      const { versions = 0 } = rows[0] ?? {};
      expect(versions).toBeGreaterThan(1);
      expect(versions).toBeLessThanOrEqual((2 * tookMs) / WINDOW_MS + 6 + 4);
    }
  });

  it('G8 SIGTERM ends all of it within 5 s, with every use written', async () => {
    const keys = await ground.issue(20);
    const server = await ground.start({ KEYSTAMP_FLUSH_INTERVAL_MS: '10000' });
    await server.ready();
    const workers = childrenOf(pidOf(server));
    expect(workers).toHaveLength(2);
    const usedFrom = Date.now();
    for (const { apiKey } of keys) {
      // A connection of its own for each, so that both workers have some.
      const connection = openConnection(server.port);
      expect(await connection.verify(apiKey)).toBe(204);
      connection.close();
    }
    const stoppedAt = performance.now();
    server.child.kill('SIGTERM');
    expect(await server.ended()).toBe(0);
    expect(performance.now() - stoppedAt).toBeLessThan(5_500);
    expect(workers.filter(isAlive)).toEqual([]);
    for (const { id } of keys) {
      expect(await ground.storedAt(id)).toBeGreaterThanOrEqual(usedFrom - 50);
    }
    expect(new Set(linesOf(server).map(({ worker }) => worker))).toEqual(
      new Set([undefined, 1, 2]),
    );
  });

  it('G8 workers whose primary process is killed write what is pending, and end', async () => {
    const [key] = await ground.issue(1);
    const server = await ground.start({ KEYSTAMP_FLUSH_INTERVAL_MS: '10000' });
    await server.ready();
    const workers = childrenOf(pidOf(server));
    const usedFrom = Date.now();
    const connection = openConnection(server.port);
    expect(await connection.verify(key?.apiKey as string)).toBe(204);
    connection.close();
    server.child.kill('SIGKILL');
    await until(() => workers.every((pid) => !isAlive(pid)));
    expect(server.stderr()).toContain('the primary process is gone');
    expect(await ground.storedAt(key?.id as string)).toBeGreaterThanOrEqual(usedFrom - 50);
  });

  it('makes the schema, the administrator and the set-up link once', async () => {
    await ground.database.database.query('drop schema keystamp cascade');
    const first = await ground.start();
    await first.ready();
    await until(() => first.stdout().includes('token='));
    expect(first.stdout().match(/token=/g)).toHaveLength(1);
    expect(first.stdout().match(/^Database: /gm)).toHaveLength(1);
    const applied = linesOf(first).filter(({ msg }) => msg === 'Migration applied');
    expect(new Set(applied.map(({ migration }) => migration)).size).toBe(applied.length);
    expect(applied.every(({ worker }) => worker === undefined)).toBe(true);
    // The link is good at whichever worker answers.
    const token = /token=([\w-]+)/.exec(first.stdout())?.[1];
    for (let i = 0; i < 4; i++) {
      const answer = await fetch(`${first.url}/api/setup`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', connection: 'close' },
        body: JSON.stringify({ token, email: 'ada', password: 'x' }),
      });
      expect(answer.status).toBe(400);
    }
    first.child.kill('SIGTERM');
    expect(await first.ended()).toBe(0);

    const second = await ground.start(ADMIN);
    await second.ready();
    const made = linesOf(second).filter(({ by }) => by === 'environment');
    expect(made).toHaveLength(1);
    expect(second.stdout()).not.toContain('token=');
  });

  it('stops with the sentence of a worker that cannot start', async () => {
    const holder = await ground.start();
    await holder.ready();
    const server = await ground.start({ KEYSTAMP_PORT: String(holder.port) });
    expect(await server.ended()).toBe(1);
    expect(server.stderr().match(/^keystamp: .*$/gm)).toEqual([
      `keystamp: 127.0.0.1:${holder.port} is in use by another Keystamp: open http://127.0.0.1:${holder.port}/, or set KEYSTAMP_PORT to a free port`,
    ]);
  });

  it('starts dead workers again ever more slowly, and gives up with their sentence', async () => {
    const server = await ground.start();
    await server.ready();
    const { database } = ground.database;
    await database.query("delete from keystamp.migrations where name like '000001%'");
    for (const pid of childrenOf(pidOf(server))) process.kill(pid, 'SIGKILL');
    expect(await server.ended()).toBe(1);
    const delays = linesOf(server)
      .map(({ delayMs }) => delayMs as number | undefined)
      .filter((delayMs) => delayMs !== undefined);
    expect(delays).toEqual([0, 1_000, 2_000, 4_000, 8_000, 16_000]);
    expect(server.stderr()).toMatch(/^keystamp: .*The schema lacks 000001_users_and_api_keys/m);
  });

  it('serves the metrics on an address of their own, whichever worker answers', async () => {
    const port = await freePort();
    const server = await ground.start({ KEYSTAMP_METRICS: `127.0.0.1:${port}` });
    await server.ready();
    for (let i = 0; i < 4; i++) {
      const answer = await fetch(`http://127.0.0.1:${port}/metrics`, {
        headers: { connection: 'close' },
      });
      expect(await answer.text()).toContain('\nkeystamp_workers 2\n');
    }
  });
});
