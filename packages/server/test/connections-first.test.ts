import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { setImmediate as turn } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { until } from '@keystamp/testing/until';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ConnectionsFirst } from '../src/http/connections-first.js';
import { createKeyServer, type KeyServer } from './support/key-server.js';

/** A clock that stands still unless it is set. */
function waitingRoom(limits = { gapMs: 10, runMs: 5 }) {
  const clock = { ms: 0 };
  const ran: string[] = [];
  const connections = new ConnectionsFirst(limits, () => clock.ms);
  const wait = (network: string, name = network, tookMs = 0) =>
    connections.wait(network, () => {
      clock.ms += tookMs;
      ran.push(name);
    });
  return { clock, ran, connections, wait };
}

describe('K4: requests that can wait', () => {
  it('need not where no connection is opened', () => {
    expect(waitingRoom().connections.isIdle).toBe(true);
  });

  it('run once no connection is opened any more', async () => {
    const { ran, connections, wait } = waitingRoom();
    connections.opened();
    expect(connections.isIdle).toBe(false);
    wait('a');
    expect(ran).toEqual([]);
    await turn();
    await turn();
    await turn();
    expect(ran).toEqual(['a']);
    expect(connections.isIdle).toBe(true);
  });

  it('run one by one, with a gap, while connections are opened', async () => {
    const { clock, ran, connections, wait } = waitingRoom();
    for (const name of ['first', 'second', 'third']) wait('a', name);
    for (clock.ms = 0; clock.ms < 25; clock.ms++) {
      connections.opened();
      await turn();
    }
    expect(ran).toEqual(['first', 'second']);
  });

  it('leave other events their turn where they take long', async () => {
    const { ran, wait } = waitingRoom();
    for (const name of ['first', 'second', 'third']) wait('a', name, 3);
    await turn();
    expect(ran).toEqual(['first', 'second']);
    await turn();
    expect(ran).toEqual(['first', 'second', 'third']);
  });

  it('of one network do not hold up those of another', async () => {
    const { ran, wait } = waitingRoom();
    for (let i = 0; i < 1_000; i++) wait('flood');
    wait('a person');
    await turn();
    expect(ran.indexOf('a person')).toBe(1);
    expect(ran).toHaveLength(1_001);
  });
});

describe('a valid key behind connections that ask for something else', () => {
  let server: KeyServer;
  beforeAll(async () => {
    // While connections are opened, nothing that can wait runs.
    const waitLimits = { gapMs: Number.POSITIVE_INFINITY, runMs: 2 };
    server = await createKeyServer({ waitLimits });
    await server.app.listen({ host: '127.0.0.1', port: 0 });
  });
  afterAll(() => server.close());

  it('K4 is answered before all of them', async () => {
    const { apiKey } = await server.issue();
    const others = Array.from({ length: 100 }, () => ask('/openapi.json'));
    const requests = [...others, ask('/verify', `x-api-key: ${apiKey}`), ask('/healthz')];
    const openAtOnce = await connectionsTo(server, requests);
    await isInMemory(server, apiKey);
    const answered = answersInOrder(server, requests.length);
    openAtOnce();
    expect((await answered).slice(0, 2)).toEqual(['/verify 204', '/healthz 200']);
  });
});

function ask(path: string, ...headers: string[]): string {
  return [`GET ${path} HTTP/1.1`, 'host: localhost', ...headers, '', ''].join('\r\n');
}

/** The answers in the order in which they are sent. */
function answersInOrder({ app }: KeyServer, count: number): Promise<string[]> {
  const answers: string[] = [];
  return new Promise((resolve) => {
    app.server.on('request', ({ url }, response) => {
      response.once('finish', () => {
        answers.push(`${url} ${response.statusCode}`);
        if (answers.length === count) resolve(answers);
      });
    });
  });
}

/** The news of its creation may take a key out of memory once more. */
function isInMemory({ ask, keystamp }: KeyServer, key: string): Promise<true> {
  return until(async () => {
    const hits = keystamp.health().counts.cacheHits;
    expect((await ask({ url: '/verify', key })).statusCode).toBe(204);
    return keystamp.health().counts.cacheHits > hits;
  });
}

/** The result stops this thread until all connections stand in the queue of the listener. */
async function connectionsTo({ app }: KeyServer, requests: readonly string[]): Promise<() => void> {
  const { port } = app.server.address() as AddressInfo;
  const state = new SharedArrayBuffer(8);
  const worker = new Worker(new URL('./support/open-connections.mjs', import.meta.url), {
    workerData: { port, requests, state },
  });
  worker.unref();
  await once(worker, 'message');
  const flags = new Int32Array(state);
  return () => {
    Atomics.store(flags, 0, 1);
    Atomics.notify(flags, 0);
    expect(Atomics.wait(flags, 1, 0, 60_000)).not.toBe('timed-out');
  };
}
