/** Two instances on PostgreSQL under Patroni, and a fault at a time: what is lost, refused or late. About ten minutes; parts of their names choose faults. */

import { type FaultSeen, runFault } from '@keystamp/testing/cluster/fault-run';
import { prepareDatabase, startClusterFleet } from '@keystamp/testing/cluster/fleet';
import { startPatroniCluster } from '@keystamp/testing/cluster/patroni-cluster';
import { durable } from '@keystamp/testing/postgres/durable';
import { buildCore } from '@keystamp/testing/processes/child';
import { introduce, print, startTable } from '../harness/report.js';
import { type PatroniFault, patroniFaults } from './patroni-faults.js';

const HEADING = [
  'fault',
  'seconds without a write',
  'changes acknowledged',
  'lost: keys / revocations / disables',
  'answered otherwise than acknowledged',
  'ended keys accepted for at most, s',
  'validations of known keys',
  'answered 503',
  'refused',
  'last uses over 60 ms off',
  'worst, ms',
];

const [, , ...chosen] = process.argv;
const faults = patroniFaults.filter(
  ({ name }) => chosen.length === 0 || chosen.some((text) => name.includes(text)),
);

buildCore();
const cluster = await startPatroniCluster(durable);
try {
  await prepareDatabase(cluster);
  await introduce('Two instances on PostgreSQL under Patroni', cluster);
  const row = startTable(HEADING);
  for (const fault of faults) {
    const seen = await run(fault);
    row([fault.name, ...cellsOf(seen)]);
    for (const answer of seen.wrongAnswers.slice(0, 10)) print(answer);
  }
} finally {
  await cluster.end();
}

async function run({ outageGraceMs, bring }: PatroniFault): Promise<FaultSeen> {
  const fleet = await startClusterFleet(
    cluster,
    outageGraceMs === undefined ? {} : { outageGraceMs },
  );
  try {
    return await runFault(cluster, fleet, () => bring(cluster, fleet));
  } finally {
    await fleet.end();
  }
}

function cellsOf(seen: FaultSeen): (string | number)[] {
  const lost = [seen.lostKeys, seen.lostRevocations, seen.lostDisables];
  return [
    seen.secondsWithoutWrite.toFixed(1),
    seen.acknowledged,
    lost.map(({ length }) => length).join(' / '),
    seen.wrongAnswers.length,
    (seen.longestAcceptedMs / 1_000).toFixed(2),
    seen.validations,
    seen.answered503,
    seen.refused,
    seen.lastUseErrorsMs.filter((ms) => ms > 60).length,
    Math.max(...seen.lastUseErrorsMs).toFixed(1),
  ];
}
