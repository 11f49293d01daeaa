import { execFileSync } from 'node:child_process';
import { chmodSync, cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runAs } from '@keystamp/testing/postgres/binaries';
import { type PostgresServer, startPostgres } from '@keystamp/testing/postgres/server';
import { until } from '@keystamp/testing/until';
import pg from 'pg';

/** What a primary needs so that a standby can follow it. */
export const primaryOptions = { wal_level: 'replica', max_wal_senders: 4, wal_keep_size: '64MB' };

/**
 * A hot standby that streams from `primary`: a base backup by SQL and a copy of the files, because the binaries
 * from npm have no pg_basebackup.
 */
export async function startStandby(primary: PostgresServer): Promise<PostgresServer> {
  const home = mkdtempSync(join(tmpdir(), 'keystamp-standby-'));
  const dataDir = join(home, 'data');
  await copyWhileRunning(primary, dataDir);
  writeFileSync(join(dataDir, 'standby.signal'), '');
  chmodSync(dataDir, 0o700);
  if (runAs.uid !== undefined) execFileSync('chown', ['-R', `${runAs.uid}:${runAs.gid}`, home]);
  const primary_conninfo = `host=127.0.0.1 port=${primary.port} user=postgres`;
  const standby = await startPostgres({
    dataDir,
    options: { ...primaryOptions, primary_conninfo },
  });
  const end = standby.end.bind(standby);
  standby.end = async () => {
    await end();
    rmSync(home, { recursive: true, force: true });
  };
  return standby;
}

async function copyWhileRunning(primary: PostgresServer, dataDir: string): Promise<void> {
  const client = new pg.Client({ connectionString: primary.url });
  await client.connect();
  try {
    const [start, stop] = await backupFunctions(client);
    await client.query(`select ${start}`);
    const isKept = (path: string) =>
      !/postmaster\.(pid|opts)$|\/pgsql_tmp|\/pg_stat_tmp\//.test(path);
    cpSync(primary.dataDir, dataDir, { recursive: true, preserveTimestamps: true, filter: isKept });
    const { rows } = await client.query(`select labelfile from ${stop}`);
    writeFileSync(join(dataDir, 'backup_label'), rows[0].labelfile);
  } finally {
    await client.end();
  }
}

/** How a backup begins and ends: PostgreSQL 15 gave both functions new names. */
async function backupFunctions(client: pg.Client): Promise<[start: string, stop: string]> {
  const { rows } = await client.query(
    `select current_setting('server_version_num')::int < 150000 as is_old`,
  );
  return rows[0].is_old
    ? [`pg_start_backup('standby', true, false)`, 'pg_stop_backup(false)']
    : [`pg_backup_start('standby', true)`, 'pg_backup_stop(false)'];
}

/** Resolves when the standby has replayed all that the primary has written so far. */
export async function caughtUp(primary: PostgresServer, standby: PostgresServer): Promise<void> {
  const written = await primary.exec('select pg_current_wal_lsn() as lsn');
  const { lsn } = written.rows[0];
  await until(async () => {
    const text = `select pg_last_wal_replay_lsn() >= '${lsn}' as done`;
    return (await standby.exec(text)).rows[0].done;
  });
}

/** Makes the standby a primary. Resolves when it takes writes. */
export async function promote(standby: PostgresServer): Promise<void> {
  await standby.exec('select pg_promote(true, 30)');
}
