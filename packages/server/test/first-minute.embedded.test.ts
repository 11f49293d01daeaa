import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { until } from '@keystamp/testing/until';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isMissing } from './gateways/proxy.js';
import { type ServerProcess, startServerProcess } from './support/server-process.js';

const README = new URL('../../../README.md', import.meta.url);
const run = promisify(execFile);

/** The two blocks of the first key: the start, and what follows in another terminal. */
function blocks(): readonly string[] {
  const [, section = ''] = readFileSync(README, 'utf8').split('## The first key in a minute');
  return [...(section.split('\n## ')[0]?.matchAll(/^```sh\n(.*?)^```$/gms) ?? [])].map(
    ([, code]) => code as string,
  );
}

describe.skipIf(isMissing('curl'))('the first key in a minute, as the README has it', () => {
  const [start = '', use = ''] = blocks();
  const folder = mkdtempSync(join(tmpdir(), 'keystamp-first-minute-'));
  let server: ServerProcess;

  beforeAll(async () => {
    const settings = [...start.matchAll(/(KEYSTAMP_\w+)=('([^']*)'|(\S+))/g)].map(
      ([, name, , quoted, plain]) => [name, quoted ?? plain],
    );
    server = await startServerProcess({
      ...Object.fromEntries(settings),
      KEYSTAMP_DATA_DIR: join(folder, 'data'),
    });
    await server.ready();
  });
  afterAll(async () => {
    await server.kill();
    rmSync(folder, { recursive: true });
  });

  it('makes a key that works, and shows its last use', async () => {
    expect(start).toMatch(/ npm start {3}# or: npx @keystamp\/server\n$/);
    const commands = use.replace('http://127.0.0.1:4747', server.url);
    const { stdout } = await run('sh', ['-ec', commands], { cwd: folder });
    expect(stdout).toContain('"email":"ada@example.com"');
    expect(stdout).toMatch(/ks_[A-Za-z0-9]{49}\n/);
    expect(stdout.match(/"name":"CI"/g)?.length).toBe(2);
    const last = `U=${server.url}\n${commands.trim().split('\n').at(-1)}`;
    await until(
      async () =>
        /"last_used_at":"\d{4}-/.test((await run('sh', ['-ec', last], { cwd: folder })).stdout),
      {
        timeoutMs: 30_000,
        what: 'the last use',
      },
    );
  });
});
