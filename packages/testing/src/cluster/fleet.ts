import { readFileSync } from 'node:fs';
import type { KeystampOptions } from 'keystamp';
import { migrateUp, openDatabase } from 'keystamp/database';
import { startTcpProxy, type TcpProxy } from '../network/tcp-proxy.js';
import { startPgBouncer } from '../postgres/pgbouncer.js';
import { type Instance, startInstance } from '../processes/instances.js';
import type { PatroniCluster } from './patroni-cluster.js';

const operations = new URL('../../../../docs/operate/operations.md', import.meta.url);

/** Two instances on a cluster, by a role with rights on the data alone. */
export interface ClusterFleet {
  readonly instances: readonly [Instance, Instance];
  /** Cuts the second instance off from PgBouncer and from HAProxy: packets of both directions are dropped. */
  cutOff(on: boolean): void;
  end(): Promise<void>;
}

/** Makes the database `keystamp` and the two roles of docs/operate/operations.md, and migrates by the owner. */
export async function prepareDatabase(cluster: PatroniCluster): Promise<void> {
  await cluster.exec('create database keystamp');
  await cluster.exec(documentedRoles(), 'keystamp');
  const owner = await openDatabase(cluster.urlOf('keystamp', 'keystamp_owner'));
  await migrateUp(owner);
  await owner.end();
}

/**
 * Starts two instances by the role that serves: their pool through PgBouncer, what listens past it. The library must be
 * built.
 */
export async function startClusterFleet(
  cluster: PatroniCluster,
  options: Pick<KeystampOptions, 'outageGraceMs'> = {},
): Promise<ClusterFleet> {
  const direct = cluster.urlOf('keystamp', 'keystamp_app');
  // After a failed connection PgBouncer waits for 15 s unless it is set otherwise: longer than a switch-over.
  const pool = await startPgBouncer(direct, { server_login_retry: 1 }, 'keystamp');
  const pooled = pool.urlOf('keystamp');
  const ways = [await wayTo(pooled), await wayTo(direct)] as const;
  const shared = { ...options, migrate: false, maxKeysPerUser: 100_000 };
  const instances = [
    await startInstance({ ...shared, database: pooled, listenDatabase: direct }),
    await startInstance({
      ...shared,
      database: along(ways[0], pooled),
      listenDatabase: along(ways[1], direct),
    }),
  ] as const;
  return {
    instances,
    cutOff: (on) => {
      for (const way of ways) {
        way.blackhole(on);
        if (!on) way.cut();
      }
    },
    end: async () => {
      await Promise.all(instances.map((instance) => instance.end('SIGKILL')));
      await pool.end();
      await Promise.all(ways.map((way) => way.close()));
    },
  };
}

const wayTo = (url: string) => startTcpProxy({ port: Number(new URL(url).port) });

function along(way: TcpProxy, url: string): string {
  const changed = new URL(url);
  changed.port = String(way.port);
  return changed.href;
}

function documentedRoles(): string {
  const text = readFileSync(operations, 'utf8');
  const [, sql] = /```sql\n(create role keystamp_owner[^`]*)```/.exec(text) ?? [];
  if (sql === undefined) throw new Error('docs/operate/operations.md has no SQL for the roles.');
  return sql;
}
