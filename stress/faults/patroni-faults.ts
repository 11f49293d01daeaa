import { setTimeout as pause } from 'node:timers/promises';
import type { ClusterFleet } from '@keystamp/testing/cluster/fleet';
import type { PatroniCluster } from '@keystamp/testing/cluster/patroni-cluster';

export interface PatroniFault {
  readonly name: string;
  /** `KEYSTAMP_OUTAGE_GRACE_MS`; default: its own. */
  readonly outageGraceMs?: number;
  /** Resolves when everything runs again. */
  bring(cluster: PatroniCluster, fleet: ClusterFleet): Promise<void>;
}

/** Longer than `ttl`: a leader that cannot renew its lease has lost it. */
const LONG_MS = 30_000;
const SHORT_MS = 15_000;

export const patroniFaults: readonly PatroniFault[] = [
  { name: 'none, for 5 s', bring: () => pause(5_000) },
  { name: 'switch-over', bring: (cluster) => cluster.switchOver() },
  { name: 'postmaster of the leader killed', bring: killPostmaster },
  { name: 'host of the leader gone', bring: loseLeader },
  { name: 'host of the synchronous standby gone', bring: loseStandby },
  { name: 'leader and synchronous standby gone for 30 s', bring: losePair },
  { name: 'both standbys gone, then the leader too for 30 s', bring: loseOneByOne },
  { name: 'etcd gone for 30 s', bring: loseEtcd },
  { name: 'etcd gone for 30 s, without failsafe_mode', bring: withoutFailsafe(loseEtcd) },
  { name: 'leader cut off from etcd for 30 s', bring: cutOffLeader },
  {
    name: 'leader cut off from etcd for 30 s, without failsafe_mode',
    bring: withoutFailsafe(cutOffLeader),
  },
  { name: 'all hosts gone for 15 s', bring: loseAll },
  { name: 'all hosts gone for 15 s, no grace', outageGraceMs: 0, bring: loseAll },
  { name: 'one instance cut off for 15 s', bring: cutOffInstance },
  { name: 'one instance cut off for 15 s, no grace', outageGraceMs: 0, bring: cutOffInstance },
];

async function killPostmaster(cluster: PatroniCluster): Promise<void> {
  await (await cluster.leader()).killPostmaster();
}

async function loseLeader(cluster: PatroniCluster): Promise<void> {
  const leader = await cluster.leader();
  await leader.killHost();
  await cluster.leader();
  leader.start();
}

async function loseStandby(cluster: PatroniCluster): Promise<void> {
  const standby = await cluster.standby();
  await standby.killHost();
  await pause(5_000);
  standby.start();
}

/** The third node may lack what was acknowledged: it must not lead. */
async function losePair(cluster: PatroniCluster): Promise<void> {
  const pair = [await cluster.leader(), await cluster.standby()];
  await Promise.all(pair.map((node) => node.killHost()));
  await pause(LONG_MS);
  for (const node of pair) node.start();
}

/** The leader goes on alone, so that both standbys lack what it acknowledges then: neither may lead. */
async function loseOneByOne(cluster: PatroniCluster): Promise<void> {
  const leader = await cluster.leader();
  const standbys = cluster.nodes.filter((node) => node !== leader);
  await Promise.all(standbys.map((node) => node.killHost()));
  // Waits until Patroni has let it commit alone.
  await cluster.exec(`comment on database postgres is 'alone'`);
  await pause(2_000);
  await leader.killHost();
  for (const node of standbys) node.start();
  await pause(LONG_MS);
  leader.start();
}

async function loseEtcd(cluster: PatroniCluster): Promise<void> {
  await cluster.etcd.kill9();
  await pause(LONG_MS);
  await cluster.etcd.start();
}

async function cutOffLeader(cluster: PatroniCluster): Promise<void> {
  const { wayToEtcd } = await cluster.leader();
  wayToEtcd.blackhole(true);
  await pause(LONG_MS);
  wayToEtcd.blackhole(false);
  wayToEtcd.cut();
}

function withoutFailsafe(bring: (cluster: PatroniCluster) => Promise<void>) {
  return async (cluster: PatroniCluster) => {
    await cluster.configure({ failsafe_mode: false });
    await cluster.settled();
    await bring(cluster);
    await cluster.configure({ failsafe_mode: true });
  };
}

async function loseAll({ nodes }: PatroniCluster): Promise<void> {
  await Promise.all(nodes.map((node) => node.killHost()));
  await pause(SHORT_MS);
  for (const node of nodes) node.start();
}

async function cutOffInstance(_cluster: PatroniCluster, fleet: ClusterFleet): Promise<void> {
  fleet.cutOff(true);
  await pause(SHORT_MS);
  fleet.cutOff(false);
}
