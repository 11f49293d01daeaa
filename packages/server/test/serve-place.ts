import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTestDatabase } from '@keystamp/testing/databases/test-database';
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
