import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { createTestDatabase } from '@keystamp/testing/databases/test-database';
import { buildCore } from '@keystamp/testing/processes/child';
import { createKeystamp } from 'keystamp';
import { expect, it } from 'vitest';
import { examples } from './program.js';

it('a handler whose process is frozen after its answer has stored the use', async () => {
  buildCore();
  const ground = await createTestDatabase();
  const keystamp = await createKeystamp({ database: await ground.open() });
  const { apiKey, key } = await keystamp.createApiKey({ userId: 'ada', name: 'CI' });
  const child = spawn(process.execPath, ['test/frozen.mjs'], {
    cwd: examples,
    env: { ...process.env, DATABASE_URL: ground.url as string, API_KEY: apiKey },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    const [line] = await once(createInterface({ input: child.stdout }), 'line');
    child.kill('SIGSTOP');
    const body = { user: 'ada', key: 'CI' };
    expect(JSON.parse(line)).toEqual({ status: 200, body, tasks: 1 });
    expect((await keystamp.getApiKey(key.id))?.lastUsedAt).not.toBeNull();
  } finally {
    child.kill('SIGKILL');
    await keystamp.close();
    await ground.drop();
  }
});
