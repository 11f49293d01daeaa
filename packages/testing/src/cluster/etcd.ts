import type { ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { freePort } from '../network/free-port.js';
import { until } from '../until.js';
import type { ClusterHome } from './cluster-home.js';
import { killChild } from './kill.js';
import { findProgram } from './programs.js';

/** One etcd, where the agents agree on the leader. */
export interface Etcd {
  readonly port: number;
  /** SIGKILL; resolves when it is gone. Its data stay. */
  kill9(): Promise<void>;
  start(): Promise<void>;
}

export async function startEtcd(home: ClusterHome): Promise<Etcd> {
  const [port, peerPort] = [await freePort(), await freePort()];
  const [client, peer] = [`http://127.0.0.1:${port}`, `http://127.0.0.1:${peerPort}`];
  const command = [
    findProgram('etcd'),
    ...['--name', 'etcd', '--data-dir', join(home.path, 'etcd')],
    ...['--listen-client-urls', client, '--advertise-client-urls', client],
    ...['--listen-peer-urls', peer, '--initial-advertise-peer-urls', peer],
    ...['--initial-cluster', `etcd=${peer}`, '--unsafe-no-fsync'],
  ];
  let running: ChildProcess;
  const start = async () => {
    running = home.run('etcd', command);
    const isHealthy = async () => (await fetch(`${client}/health`).catch(() => null))?.ok;
    await until(isHealthy, { what: 'etcd to answer' });
  };
  await start();
  return { port, start, kill9: () => killChild(running) };
}
