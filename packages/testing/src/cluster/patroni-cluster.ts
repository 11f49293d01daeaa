import pg from 'pg';
import { until } from '../until.js';
import { openClusterHome } from './cluster-home.js';
import { type Etcd, startEtcd } from './etcd.js';
import { startHaproxy } from './haproxy.js';
import { type Parameters, type PatroniNode, prepareNode } from './patroni-node.js';

/** Three nodes of PostgreSQL under Patroni with synchronous replication, etcd and HAProxy, on loopback. */
export interface PatroniCluster {
  readonly nodes: readonly PatroniNode[];
  readonly etcd: Etcd;
  /** Through HAProxy to the leader. */
  urlOf(database: string, user?: string): string;
  /** Runs statements on the leader, on a connection of its own through HAProxy, as a superuser. */
  exec(sql: string, database?: string): Promise<pg.QueryResult>;
  /** The node that leads; waits until there is one. */
  leader(): Promise<PatroniNode>;
  /** The node that every commit waits for; waits until there is one. */
  standby(): Promise<PatroniNode>;
  /** Resolves when one node leads and the others follow it, one of them synchronously. */
  settled(): Promise<void>;
  /** Hands the lead to the synchronous standby. Resolves when Patroni says that it is done. */
  switchOver(): Promise<void>;
  /** Changes the settings that all nodes share, as `patronictl edit-config` does. */
  configure(settings: object): Promise<void>;
  end(): Promise<void>;
}

/** Starts one, and resolves when it is settled. It ends with this process, even when that is killed. */
export async function startPatroniCluster(parameters: Parameters = {}): Promise<PatroniCluster> {
  const home = openClusterHome();
  const nodes: PatroniNode[] = [];
  try {
    const etcd = await startEtcd(home);
    for (const name of ['one', 'two', 'three']) {
      nodes.push(await prepareNode(home, name, etcd.port, { ...settings, ...parameters }));
    }
    const port = await startHaproxy(home, nodes);
    for (const node of nodes) node.start();
    const cluster = new Cluster(nodes, etcd, port, home.end);
    await cluster.settled();
    return cluster;
  } catch (error) {
    await home.end();
    await Promise.all(nodes.map(({ wayToEtcd }) => wayToEtcd.close()));
    throw error;
  }
}

/** Enough for a fleet, and nothing kept for a crash of the machine. */
const settings = { fsync: 'off', max_connections: 100, shared_buffers: '32MB' } as const;

interface Member {
  readonly name: string;
  readonly role: string;
  readonly state: string;
  readonly timeline?: number;
  readonly lag?: number | 'unknown';
}

class Cluster implements PatroniCluster {
  readonly nodes: readonly PatroniNode[];
  readonly etcd: Etcd;
  readonly #port: number;
  readonly #endHome: () => Promise<void>;

  constructor(
    nodes: readonly PatroniNode[],
    etcd: Etcd,
    port: number,
    endHome: () => Promise<void>,
  ) {
    this.nodes = nodes;
    this.etcd = etcd;
    this.#port = port;
    this.#endHome = endHome;
  }

  urlOf(database: string, user = 'postgres'): string {
    return `postgres://${user}@127.0.0.1:${this.#port}/${database}`;
  }

  async exec(sql: string, database = 'postgres'): Promise<pg.QueryResult> {
    const client = new pg.Client({ connectionString: this.urlOf(database) });
    client.on('error', () => {});
    try {
      await client.connect();
      return await client.query(sql);
    } finally {
      await client.end().catch(() => {});
    }
  }

  leader(): Promise<PatroniNode> {
    return this.#nodeThatIs('primary');
  }

  standby(): Promise<PatroniNode> {
    return this.#nodeThatIs('synchronous');
  }

  #nodeThatIs(role: string): Promise<PatroniNode> {
    const isIt = async (node: PatroniNode) => (await request(node, role))?.ok === true;
    return until(
      async () => {
        const answers = await Promise.all(this.nodes.map(isIt));
        return this.nodes.find((_node, at) => answers[at]);
      },
      { what: `a node that is ${role}` },
    );
  }

  async settled(): Promise<void> {
    const isSeenBy = async (node: PatroniNode) => {
      const answer = await request(node, 'cluster');
      if (answer === null) return false;
      const { members } = (await answer.json()) as { members: Member[] };
      return isSettled(members, this.nodes.length);
    };
    await until(
      async () => (await Promise.all(this.nodes.map(isSeenBy))).every((isSeen) => isSeen),
      { timeoutMs: 120_000, what: 'the cluster to settle' },
    );
    await until(() => this.exec('select 1').catch(() => null), { what: 'HAProxy to see it' });
  }

  async switchOver(): Promise<void> {
    const leader = await this.leader();
    const answer = await send(leader, 'POST', 'switchover', { leader: leader.name });
    if (answer.status !== 200) throw new Error(`Switch-over: ${await answer.text()}`);
  }

  async configure(changed: object): Promise<void> {
    const answer = await send(await this.leader(), 'PATCH', 'config', changed);
    if (answer.status !== 200) throw new Error(`Settings: ${await answer.text()}`);
  }

  async end(): Promise<void> {
    await this.#endHome();
    await Promise.all(this.nodes.map(({ wayToEtcd }) => wayToEtcd.close()));
  }
}

function isSettled(members: readonly Member[], count: number): boolean {
  const isUp = ({ state }: Member) => state === 'running' || state === 'streaming';
  const of = (role: string) => members.filter((member) => member.role === role).length;
  return (
    members.length === count &&
    members.every(isUp) &&
    of('leader') === 1 &&
    of('sync_standby') === 1 &&
    new Set(members.map(({ timeline }) => timeline)).size === 1 &&
    members.every(({ lag = 0 }) => lag === 0)
  );
}

/** Null: the agent does not answer. */
function request({ restPort }: PatroniNode, path: string): Promise<Response | null> {
  const signal = AbortSignal.timeout(2_000);
  return fetch(`http://127.0.0.1:${restPort}/${path}`, { signal }).catch(() => null);
}

function send({ restPort }: PatroniNode, method: string, path: string, body: object) {
  return fetch(`http://127.0.0.1:${restPort}/${path}`, { method, body: JSON.stringify(body) });
}
