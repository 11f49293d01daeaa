import { readFileSync } from 'node:fs';
import { migrateUp, openDatabase } from 'keystamp/database';
import { type PgBouncer, startPgBouncer } from '../postgres/pgbouncer.js';
import { type Instance, startInstance } from '../processes/instances.js';
import type { PatroniCluster } from './patroni-cluster.js';

const operations = new URL('../../../../docs/operate/operations.md', import.meta.url);

/** Two instances on a cluster, by a role with rights on the data alone. */
export interface ClusterFleet {
  readonly instances: readonly [Instance, Instance];
  end(): Promise<void>;
}

/**
 * Makes the database `keystamp` and the two roles of docs/operate/operations.md, migrates by the owner, and starts two
 * instances by the other role: their pool through PgBouncer, what listens past it. The library must be built.
 */
export async function startClusterFleet(cluster: PatroniCluster): Promise<ClusterFleet> {
  await cluster.exec('create database keystamp');
  await cluster.exec(documentedRoles(), 'keystamp');
  const owner = await openDatabase(cluster.urlOf('keystamp', 'keystamp_owner'));
  await migrateUp(owner);
  await owner.end();
  const direct = cluster.urlOf('keystamp', 'keystamp_app');
  // After a failed connection PgBouncer waits for 15 s unless it is set otherwise: longer than a switch-over.
  const pool = await startPgBouncer(direct, { server_login_retry: 1 }, 'keystamp');
  const start = () => startBehind(pool, direct);
  const instances = [await start(), await start()] as const;
  return {
    instances,
    end: async () => {
      await Promise.all(instances.map((instance) => instance.end('SIGKILL')));
      await pool.end();
    },
  };
}

function startBehind(pool: PgBouncer, direct: string): Promise<Instance> {
  return startInstance({
    database: pool.urlOf('keystamp'),
    listenDatabase: direct,
    migrate: false,
    maxKeysPerUser: 100_000,
  });
}

function documentedRoles(): string {
  const text = readFileSync(operations, 'utf8');
  const [, sql] = /```sql\n(create role keystamp_owner[^`]*)```/.exec(text) ?? [];
  if (sql === undefined) throw new Error('docs/operate/operations.md has no SQL for the roles.');
  return sql;
}
