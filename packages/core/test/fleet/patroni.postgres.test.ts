import { type FaultSeen, runFault } from '@keystamp/testing/cluster/fault-run';
import {
  type ClusterFleet,
  prepareDatabase,
  startClusterFleet,
} from '@keystamp/testing/cluster/fleet';
import {
  type PatroniCluster,
  startPatroniCluster,
} from '@keystamp/testing/cluster/patroni-cluster';
import { missingPackages } from '@keystamp/testing/cluster/programs';
import { buildCore } from '@keystamp/testing/processes/child';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

/** Debian's packages. The continuous integration installs them: without them it fails there. */
const isMissing = missingPackages().length > 0 && process.env['CI'] === undefined;

describe.skipIf(isMissing)('PostgreSQL under Patroni', () => {
  let cluster: PatroniCluster;
  let fleet: ClusterFleet;
  beforeAll(async () => {
    buildCore();
    cluster = await startPatroniCluster();
    await prepareDatabase(cluster);
    fleet = await startClusterFleet(cluster);
  });
  afterAll(async () => {
    await fleet?.end();
    await cluster?.end();
  });

  function expectNothingLost(seen: FaultSeen): void {
    expect(seen).toMatchObject({
      refused: 0,
      lostKeys: [],
      lostRevocations: [],
      lostDisables: [],
      wrongAnswers: [],
    });
    expect(seen.lastUseErrorsMs.filter((ms) => ms > 60)).toEqual([]);
  }

  it('K3 K4 G4 loses and refuses nothing in a switch-over', async () => {
    const before = await cluster.leader();
    expectNothingLost(await runFault(cluster, fleet, () => cluster.switchOver()));
    expect((await cluster.leader()).name).not.toBe(before.name);
  });

  it('K3 K4 G4 loses and refuses nothing when the postmaster of the leader is killed', async () => {
    const leader = await cluster.leader();
    expectNothingLost(await runFault(cluster, fleet, () => leader.killPostmaster()));
  });
});
