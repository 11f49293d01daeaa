import type { ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from '../network/free-port.js';
import { startTcpProxy, type TcpProxy } from '../network/tcp-proxy.js';
import { debianPostgres } from '../postgres/debian.js';
import type { ClusterHome } from './cluster-home.js';
import { killChild, killProcess } from './kill.js';
import { findProgram } from './programs.js';

/** Settings of `postgresql.conf`. */
export type Parameters = Readonly<Record<string, string | number | boolean>>;

/** A host of the cluster: PostgreSQL, and Patroni's agent that starts and watches it. */
export interface PatroniNode {
  readonly name: string;
  readonly port: number;
  /** Of the agent's REST API. */
  readonly restPort: number;
  /** The only way of the agent to etcd. */
  readonly wayToEtcd: TcpProxy;
  /** Starts the agent, which starts the server. */
  start(): void;
  /** SIGKILL to the postmaster alone. */
  killPostmaster(): Promise<void>;
  /** SIGKILL to the agent and to the server, as when the host loses its power. */
  killHost(): Promise<void>;
}

/**
 * The shortest times that Patroni takes for sane: 20 s are the least `ttl` of its newer versions, and one round
 * (`loop_wait`) and two attempts (`retry_timeout`) have to fit in.
 */
export const TIMES = { ttl: 20, loop_wait: 1, retry_timeout: 3 } as const;

export async function prepareNode(
  home: ClusterHome,
  name: string,
  etcdPort: number,
  parameters: Parameters,
): Promise<PatroniNode> {
  const [port, restPort] = [await freePort(), await freePort()];
  const wayToEtcd = await startTcpProxy({ port: etcdPort });
  const folder = join(home.path, `${name}-data`);
  const settings = {
    scope: 'keystamp',
    name,
    restapi: { listen: `127.0.0.1:${restPort}`, connect_address: `127.0.0.1:${restPort}` },
    // As proxies: else the agent learns etcd's own address and goes there.
    etcd3: { hosts: [`127.0.0.1:${wayToEtcd.port}`], use_proxies: true },
    bootstrap: { dcs: sharedSettings(parameters), initdb: [{ encoding: 'UTF8' }, 'no-sync'] },
    postgresql: serverSettings(home, name, folder, port),
  };
  // JSON is YAML.
  const file = home.write(`${name}.yml`, JSON.stringify(settings, null, 2));
  let agent: ChildProcess;
  return {
    name,
    port,
    restPort,
    wayToEtcd,
    start: () => {
      agent = home.run(name, [findProgram('patroni'), file]);
    },
    killPostmaster: () => killPostmaster(folder),
    killHost: async () => {
      await killChild(agent); // First: it would start the server again.
      await killPostmaster(folder);
    },
  };
}

function sharedSettings(parameters: Parameters) {
  return {
    ...TIMES,
    synchronous_mode: true,
    failsafe_mode: true,
    postgresql: { use_pg_rewind: true, use_slots: true, parameters },
  };
}

function serverSettings(home: ClusterHome, name: string, folder: string, port: number) {
  return {
    listen: `127.0.0.1:${port}`,
    connect_address: `127.0.0.1:${port}`,
    bin_dir: debianPostgres(),
    data_dir: folder,
    pgpass: join(home.path, `${name}.pgpass`),
    authentication: {
      superuser: { username: 'postgres' },
      replication: { username: 'replicator' },
      rewind: { username: 'rewinder' },
    },
    parameters: { unix_socket_directories: home.path },
    pg_hba: ['local all all trust', 'host all,replication all 127.0.0.1/32 trust'],
  };
}

async function killPostmaster(folder: string): Promise<void> {
  const [pid] = readFileSync(join(folder, 'postmaster.pid'), 'utf8').split('\n');
  await killProcess(Number(pid));
}
