import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTestDatabase, type TestDatabase } from '@keystamp/testing/databases/test-database';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openLog } from '../src/log/log.js';
import { openKeystamp } from '../src/start/open-keystamp.js';
import { configOf } from './support/test-server.js';

let ground: TestDatabase;
const folder = mkdtempSync(join(tmpdir(), 'keystamp-open-'));

beforeAll(async () => {
  ground = await createTestDatabase({ migrated: false });
});
afterAll(async () => {
  await ground.drop();
  rmSync(folder, { recursive: true });
});

it('KEYSTAMP_MAX_KEYS_PER_USER: the server makes as many keys of a user, and no more', async () => {
  const config = configOf({
    KEYSTAMP_DATA_DIR: folder,
    ...(ground.url === null ? {} : { DATABASE_URL: ground.url }),
    KEYSTAMP_MAX_KEYS_PER_USER: '2',
  });
  const { keystamp, close } = await openKeystamp({
    config,
    logger: openLog('silent'),
    print: () => {},
    tls: null,
  });
  try {
    const create = () => keystamp.createApiKey({ userId: 'u1', name: 'A key' });
    await create();
    await create();
    await expect(create()).rejects.toMatchObject({ code: 'too_many_keys' });
  } finally {
    await close();
  }
});
