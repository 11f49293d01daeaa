import { existsSync } from 'node:fs';
import { connect, createServer, type Server } from 'node:net';
import { freePort } from '@keystamp/testing/network/free-port';
import { startTcpProxy } from '@keystamp/testing/network/tcp-proxy';
import { startPostgres } from '@keystamp/testing/postgres/server';
import { until } from '@keystamp/testing/until';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

// The ground that the proofs stand on is held to what it says itself.

describe('a server of one’s own', () => {
  test('keeps what was committed through a stop, a crash and a start; its folder goes at the end', async () => {
    const server = await startPostgres({ options: { work_mem: '5MB' } });
    expect(server.port).toBeLessThan(32_768);
    await server.exec('create table kept as select 1 as n');
    const first = server.pid;
    await server.stop();
    expect(server.pid).toBeNull();
    await expect(server.exec('select 1')).rejects.toThrow();
    await server.start();
    await server.kill9();
    await server.start();
    expect(server.pid).not.toBe(first);
    expect((await server.exec('select n from kept')).rows).toEqual([{ n: 1 }]);
    expect((await server.exec('show work_mem')).rows).toEqual([{ work_mem: '5MB' }]);
    await server.end();
    expect(existsSync(server.dataDir)).toBe(false);
  });

  test('that cannot start says why', async () => {
    const starting = startPostgres({ options: { work_mem: 'much' } });
    await expect(starting).rejects.toThrow('invalid value for parameter "work_mem"');
  });
});

describe('a proxy', () => {
  let echo: Server;
  let port: number;
  beforeAll(async () => {
    port = await freePort();
    echo = createServer((socket) => socket.on('error', () => {}).pipe(socket));
    await new Promise<void>((listening) => echo.listen(port, '127.0.0.1', listening));
  });
  afterAll(() => {
    echo.close();
  });

  async function open(proxyPort: number) {
    const socket = connect(proxyPort, '127.0.0.1');
    const said = { text: '', closed: false };
    socket.on('data', (chunk) => {
      said.text += chunk;
    });
    socket.on('close', () => {
      said.closed = true;
    });
    socket.on('error', () => {});
    await until(() => socket.readyState === 'open');
    return { socket, said };
  }

  test('passes both ways, late when told to, in order', async () => {
    const proxy = await startTcpProxy({ port });
    const { socket, said } = await open(proxy.port);
    socket.write('quick');
    await until(() => said.text === 'quick');
    proxy.latency(60);
    const sentAt = performance.now();
    for (const word of [' one', ' two', ' three']) socket.write(word);
    await until(() => said.text === 'quick one two three');
    expect(performance.now() - sentAt).toBeGreaterThan(100);
    await proxy.close();
  });

  test('as a black hole passes nothing and closes nothing', async () => {
    const proxy = await startTcpProxy({ port });
    const { socket, said } = await open(proxy.port);
    proxy.blackhole(true);
    socket.write('lost');
    await until(() => socket.bytesWritten === 4 && socket.writableLength === 0);
    proxy.latency(0);
    const late = await open(proxy.port);
    late.socket.write('lost too');
    expect(said).toEqual({ text: '', closed: false });
    expect(proxy.sent()).toBe(0);
    proxy.cut();
    await until(() => said.closed && late.said.closed);
    proxy.blackhole(false);
    const third = await open(proxy.port);
    third.socket.write('heard');
    await until(() => third.said.text === 'heard');
    await proxy.close();
  });
});
