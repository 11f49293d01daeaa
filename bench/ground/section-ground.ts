import pg from 'pg';
import type { Ground } from '../section.js';

/** A ground over the server at `url`; `end` drops what was created on it. */
export function openGround(url: string): Ground & { end(): Promise<void> } {
  const created: string[] = [];
  return {
    async createDatabase() {
      const name = `bench_${process.pid}_${created.length}`;
      await runAlone(url, `create database ${name}`);
      created.push(name);
      const its = new URL(url);
      its.pathname = `/${name}`;
      return its.href;
    },
    say: (text) => void process.stderr.write(`  ${text}\n`),
    async end() {
      for (const name of created)
        await runAlone(url, `drop database if exists ${name} with (force)`);
    },
  };
}

/** One statement on a connection of its own. */
export async function runAlone(url: string, sql: string): Promise<pg.QueryResult> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => {});
  await client.connect();
  try {
    return await client.query(sql);
  } finally {
    await client.end();
  }
}
