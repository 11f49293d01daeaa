import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort } from '@keystamp/testing/network/free-port';
import { until } from '@keystamp/testing/until';
import { describe, expect, it } from 'vitest';

const MAIN = fileURLToPath(new URL('../dist/cli/main.js', import.meta.url));
const isMissing = spawnSync('script', ['--version']).error !== undefined;

describe.skipIf(isMissing || process.platform !== 'linux')('the first start at a terminal', () => {
  it('speaks in sentences, without JSON, and ends with the link on a line of its own', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'keystamp-terminal-'));
    const port = await freePort();
    // "script" of util-linux gives the program a terminal.
    const command = `exec ${process.execPath} ${MAIN} serve`;
    const child = spawn('script', ['-qec', command, '/dev/null'], {
      env: {
        PATH: process.env['PATH'],
        KEYSTAMP_PORT: String(port),
        KEYSTAMP_DATA_DIR: join(folder, 'data'),
      },
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    const ended = new Promise((resolve) => child.once('close', resolve));
    let shown = '';
    child.stdout.on('data', (text) => {
      shown += text;
    });
    try {
      await until(() => /#token=\S+\r?\n/.test(shown), { timeoutMs: 60_000, what: 'the link' });
      const lines = shown.trim().split(/\r?\n/);
      expect(lines).toEqual([
        expect.stringMatching(/^Database: embedded PostgreSQL [\d.]+ in \S+$/),
        `Keystamp is ready. Sign in at http://127.0.0.1:${port}/`,
        'There is no administrator yet. Open this link within an hour to make one:',
        expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/setup#token=[\w-]+$/),
      ]);
    } finally {
      // The interrupt character, as a person types it.
      child.stdin.write('\x03');
      await ended;
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
