import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { startServerProcess } from './support/server-process.js';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const MAIN = join(ROOT, 'packages/server/dist/cli/main.js');
/** `nodes/` has them for this system alone. */
const isElsewhere = process.platform !== 'linux' || process.arch !== 'x64';

describe.skipIf(isElsewhere)('Node', { timeout: 120_000 }, () => {
  it.each(['20.19', '22', '24', '26'])(
    '%s runs the server and the commands, without a warning of its own',
    async (version) => {
      const node = join(ROOT, `nodes/node_modules/node-${version}/bin/node`);
      const folder = mkdtempSync(join(tmpdir(), 'keystamp-node-'));
      const env = { KEYSTAMP_DATA_DIR: join(folder, 'data') };
      const server = await startServerProcess(env, { node });
      try {
        await server.ready();
        const args = [MAIN, 'create', '--user', 'ada', '--name', 'CI'];
        const made = spawnSync(node, args, { env, encoding: 'utf8' });
        const headers = { 'X-API-Key': made.stdout.trim() };
        expect((await fetch(`${server.url}/verify`, { headers })).status).toBe(204);
        server.child.kill('SIGTERM');
        expect(await server.ended()).toBe(0);
        const said = `${server.stderr()}${made.stderr}`.trim().split('\n');
        // Node's own warnings are no lines of the log.
        expect(said.filter((line) => !line.startsWith('{"level":"info"'))).toEqual([
          'The key is shown this once:',
        ]);
      } finally {
        await server.kill();
        rmSync(folder, { recursive: true, force: true });
      }
    },
  );
});
