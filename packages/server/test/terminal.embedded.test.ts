import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort } from '@keystamp/testing/network/free-port';
import { until } from '@keystamp/testing/until';
import { afterAll, describe, expect, it } from 'vitest';
import { startServerProcess } from './support/server-process.js';

const MAIN = fileURLToPath(new URL('../dist/cli/main.js', import.meta.url));
const isMissing = spawnSync('script', ['--version']).error !== undefined;
const folder = mkdtempSync(join(tmpdir(), 'keystamp-terminal-'));
const place = { KEYSTAMP_DATA_DIR: join(folder, 'data') };

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What a start shows at a terminal of 40 columns, such as one of a phone, until the link. */
async function shownAtTerminal(env: Record<string, string> = {}): Promise<string[]> {
  const port = String(await freePort());
  // "script" of util-linux gives the program a terminal.
  const command = `stty cols 40; exec ${process.execPath} ${MAIN} serve`;
  const child = spawn('script', ['-qec', command, '/dev/null'], {
    env: { PATH: process.env['PATH'], KEYSTAMP_PORT: port, ...place, ...env },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const ended = new Promise((resolve) => child.once('close', resolve));
  let shown = '';
  child.stdout.on('data', (text) => {
    shown += text;
  });
  try {
    await until(() => /#token=\S+\r?\n/.test(shown), { timeoutMs: 60_000, what: 'the link' });
  } finally {
    // The interrupt character, as a person types it.
    child.stdin.write('\x03');
    await ended;
  }
  return shown
    .replaceAll(port, 'PORT')
    .trim()
    .split(/\r?\n/)
    .filter((line) => line !== '^C');
}

describe.skipIf(isMissing || process.platform !== 'linux')('the first start at a terminal', () => {
  it('speaks in sentences, without JSON, and ends with the link on a line of its own', async () => {
    expect(await shownAtTerminal()).toEqual([
      expect.stringMatching(/^Database: embedded PostgreSQL [\d.]+ in \S+$/),
      'Keystamp is ready. Sign in at http://127.0.0.1:PORT/',
      'There is no administrator yet. Open this link within an hour to make one:',
      expect.stringMatching(/^http:\/\/127\.0\.0\.1:PORT\/setup#token=[\w-]+$/),
    ]);
  });

  it('writes JSON where that is asked for', async () => {
    const shown = await shownAtTerminal({ KEYSTAMP_LOG_FORMAT: 'json' });
    const json = shown.filter((line) => line.startsWith('{')).map((line) => JSON.parse(line));
    expect(json[0]).toMatchObject({ level: 'info', msg: expect.stringContaining('listening') });
  });

  it('elsewhere writes sentences where those are asked for', async () => {
    const server = await startServerProcess({ ...place, KEYSTAMP_LOG_FORMAT: 'text' });
    await server.ready();
    await server.kill();
    expect(server.stderr()).toMatch(/^\d\d:\d\d:\d\d Server listening at http:\S+\n$/);
  });
});
