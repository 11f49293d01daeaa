import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort } from '@keystamp/testing/network/free-port';
import { until } from '@keystamp/testing/until';
import { expect, it } from 'vitest';

const root = fileURLToPath(new URL('../../..', import.meta.url));

async function answers(port: number): Promise<boolean> {
  return fetch(`http://127.0.0.1:${port}/healthz`).then(
    () => true,
    () => false,
  );
}

it('G8 a SIGTERM to npm start reaches the server, which stops', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'keystamp-npm-start-'));
  const port = await freePort();
  const { DATABASE_URL: _, ...outer } = process.env;
  const env = { ...outer, KEYSTAMP_PORT: `${port}`, KEYSTAMP_DATA_DIR: dataDir };
  const npm = spawn('npm', ['start'], { cwd: root, env, stdio: 'ignore' });
  const ended = new Promise<void>((resolve) => npm.once('exit', () => resolve()));
  try {
    await until(() => answers(port), { timeoutMs: 90_000, what: 'the first answer' });
    npm.kill('SIGTERM');
    await ended;
    await until(async () => !(await answers(port)), {
      timeoutMs: 10_000,
      what: 'the end of the server',
    });
  } finally {
    npm.kill('SIGKILL');
    rmSync(dataDir, { recursive: true, force: true });
  }
  expect(await answers(port)).toBe(false);
});
