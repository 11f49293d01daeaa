import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTestDatabase } from '@keystamp/testing/databases/test-database';
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import { type ServerProcess, startServerProcess } from './support/server-process.js';
import { PASSWORD } from './support/test-server.js';

export const ADMIN = { KEYSTAMP_ADMIN_EMAIL: 'ada@example.com', KEYSTAMP_ADMIN_PASSWORD: PASSWORD };
export const isPostgres = process.env['KEYSTAMP_TEST_DATABASE'] === 'postgres';

/** Nothing listens there. */
export const AWAY = 'postgres://127.0.0.1:9/nothing';

export interface Place {
  readonly env: Record<string, string>;
  remove(): Promise<void>;
}

/** An empty database of its own, as people name it to a server. */
export async function makePlace(): Promise<Place> {
  const folder = mkdtempSync(join(tmpdir(), 'keystamp-serve-'));
  const ground = isPostgres ? await createTestDatabase({ migrated: false }) : null;
  const env: Record<string, string> = ground?.url
    ? { DATABASE_URL: ground.url }
    : { KEYSTAMP_DATA_DIR: join(folder, 'data') };
  return {
    env,
    remove: async () => {
      await ground?.drop();
      rmSync(folder, { recursive: true });
    },
  };
}

/**
 * For the tests of a file: a database that a server has set up, with the administrator ada. Returns what starts a server
 * on it, which ends with its test.
 */
export function serversOnPreparedPlace(): (env?: Record<string, string>) => Promise<ServerProcess> {
  let place: Place;
  const started: ServerProcess[] = [];
  const start = async (env: Record<string, string> = {}) => {
    const server = await startServerProcess({ ...place.env, ...env });
    started.push(server);
    return server;
  };
  beforeAll(async () => {
    place = await makePlace();
    const first = await start(ADMIN);
    await first.ready();
    first.child.kill('SIGTERM');
    expect(await first.ended()).toBe(0);
  }, 120_000);
  afterEach(async () => {
    for (const each of started.splice(0)) await each.kill();
  });
  afterAll(() => place.remove());
  return start;
}
