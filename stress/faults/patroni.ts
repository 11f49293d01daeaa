/** Two instances on PostgreSQL under Patroni, and a fault at a time: what is lost, refused or late. About six minutes. */

import { setTimeout as pause } from 'node:timers/promises';
import { type FaultSeen, runFault } from '@keystamp/testing/cluster/fault-run';
import { type ClusterFleet, startClusterFleet } from '@keystamp/testing/cluster/fleet';
import {
  type PatroniCluster,
  startPatroniCluster,
} from '@keystamp/testing/cluster/patroni-cluster';
import { durable } from '@keystamp/testing/postgres/durable';
import { buildCore } from '@keystamp/testing/processes/child';
import { introduce, print, startTable } from '../harness/report.js';

/** Longer than any `ttl`: a leader that cannot renew its lease has lost it. */
const CUT_OFF_MS = 30_000;

interface Fault {
  readonly name: string;
  bring(cluster: PatroniCluster): Promise<void>;
}

const faults: readonly Fault[] = [
  { name: 'none, for 5 s', bring: () => pause(5_000) },
  { name: 'switch-over', bring: (cluster) => cluster.switchOver() },
  { name: 'postmaster of the leader killed', bring: killPostmaster },
  { name: 'host of the leader gone', bring: loseLeader },
  { name: 'host of the synchronous standby gone', bring: loseStandby },
  { name: 'etcd gone for 30 s', bring: loseEtcd },
  { name: 'leader cut off from etcd for 30 s', bring: cutOffLeader },
  { name: 'the same without failsafe_mode', bring: cutOffUnsafely },
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

async function loseEtcd(cluster: PatroniCluster): Promise<void> {
  await cluster.etcd.kill9();
  await pause(CUT_OFF_MS);
  await cluster.etcd.start();
}

async function cutOffLeader(cluster: PatroniCluster): Promise<void> {
  const { wayToEtcd } = await cluster.leader();
  wayToEtcd.blackhole(true);
  await pause(CUT_OFF_MS);
  wayToEtcd.blackhole(false);
  wayToEtcd.cut();
}

async function cutOffUnsafely(cluster: PatroniCluster): Promise<void> {
  await cluster.configure({ failsafe_mode: false });
  await cutOffLeader(cluster);
}

const [, , ...chosen] = process.argv;
const isChosen = ({ name }: Fault) =>
  chosen.length === 0 || chosen.some((text) => name.includes(text));

buildCore();
const cluster = await startPatroniCluster(durable);
let fleet: ClusterFleet | undefined;
try {
  fleet = await startClusterFleet(cluster);
  await introduce('Two instances on PostgreSQL under Patroni', cluster);
  const row = startTable([
    'fault',
    'seconds without a write',
    'changes acknowledged',
    'lost: keys / revocations / disables',
    'answered otherwise than acknowledged',
    'ended keys accepted for at most, ms',
    'validations of known keys',
    'answered 503',
    'refused',
    'last uses over 60 ms off',
    'worst, ms',
  ]);
  for (const fault of faults.filter(isChosen)) {
    const seen = await runFault(cluster, fleet, () => fault.bring(cluster));
    row([fault.name, ...cellsOf(seen)]);
    for (const answer of seen.wrongAnswers.slice(0, 10)) print(answer);
  }
} finally {
  await fleet?.end();
  await cluster.end();
}

function cellsOf(seen: FaultSeen): (string | number)[] {
  const lost = [seen.lostKeys, seen.lostRevocations, seen.lostDisables];
  return [
    seen.secondsWithoutWrite.toFixed(1),
    seen.acknowledged,
    lost.map(({ length }) => length).join(' / '),
    seen.wrongAnswers.length,
    seen.longestAcceptedMs.toFixed(0),
    seen.validations,
    seen.answered503,
    seen.refused,
    seen.lastUseErrorsMs.filter((ms) => ms > 60).length,
    Math.max(...seen.lastUseErrorsMs).toFixed(1),
  ];
}
