import { spawn } from 'node:child_process';
import { closeSync, existsSync, mkdtempSync, openSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createTestDatabase, type TestDatabase } from '@keystamp/testing/databases/test-database';
import { freePort } from '@keystamp/testing/network/free-port';
import { until } from '@keystamp/testing/until';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const MAIN = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
const FULL = '/dev/full';

let ground: TestDatabase;
let env: Record<string, string>;
const folder = mkdtempSync(join(tmpdir(), 'keystamp-output-'));

beforeAll(async () => {
  if (!existsSync(MAIN)) throw new Error('build first: npx tsc -b packages/server');
  ground = await createTestDatabase({ migrated: false });
  env =
    ground.url === null
      ? { KEYSTAMP_DATA_DIR: join(folder, 'data') }
      : { DATABASE_URL: ground.url };
  expect((await run(['migrate', 'up'])).code).toBe(0);
});
afterAll(async () => {
  await ground.drop();
  rmSync(folder, { recursive: true });
});

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

type Output = 'read' | 'full' | 'closed';

/** The built program, with a standard output that is read, has no room, or is a pipe whose reader went away. */
async function run(args: string[], output: Output = 'read'): Promise<Ended> {
  const full = output === 'full' ? openSync(FULL, 'w') : null;
  const child = spawn(process.execPath, [MAIN, ...args], {
    env: { PATH: process.env['PATH'], ...env },
    stdio: ['ignore', full ?? 'pipe', 'pipe'],
  });
  const texts = { out: '', err: '' };
  if (output === 'closed') child.stdout?.destroy();
  else
    child.stdout?.on('data', (data) => {
      texts.out += data;
    });
  child.stderr?.on('data', (data) => {
    texts.err += data;
  });
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  if (full !== null) closeSync(full);
  return { code, ...texts };
}

/** The lines for people, without those of the log. */
function linesOf({ err }: Ended): string[] {
  return err.split('\n').filter((line) => line !== '' && !line.startsWith('{'));
}

async function statusOf(id: string): Promise<string> {
  const { api_keys } = JSON.parse((await run(['list', '--json'])).out);
  return api_keys.find((key: { id: string }) => key.id === id).status;
}

describe.skipIf(!existsSync(FULL))('a standard output without room', () => {
  it.each([
    [['list', '--json']],
    [['migrate', 'status']],
    [['users', 'list']],
    [['--help']],
    [['--version']],
  ])('keystamp %s: one line, and 1', async (args) => {
    const ended = await run(args, 'full');
    expect([ended.code, ended.err]).toEqual([
      1,
      'keystamp: standard output cannot be written: ENOSPC\n',
    ]);
  });

  it('keystamp serve: says so, and serves', async () => {
    const port = await freePort();
    const full = openSync(FULL, 'w');
    const child = spawn(process.execPath, [MAIN, 'serve'], {
      env: { PATH: process.env['PATH'], KEYSTAMP_PORT: String(port), ...env },
      stdio: ['ignore', full, 'pipe'],
    });
    let err = '';
    child.stderr?.on('data', (data) => {
      err += data;
    });
    const ended = new Promise((resolve) => child.once('close', resolve));
    try {
      await until(() => err.includes('standard output cannot be written: ENOSPC'));
      expect((await fetch(`http://127.0.0.1:${port}/readyz`)).status).toBe(200);
      expect(err).not.toContain('token=');
      expect(err).not.toContain('fatal');
    } finally {
      child.kill('SIGTERM');
      await ended;
      closeSync(full);
    }
  });
});

describe('the text of a new key that does not arrive', () => {
  const LOST =
    /^keystamp: standard output cannot be written: (\w+): the key ([\w-]{36}) is made, and its text is lost\. Revoke it \(keystamp revoke \2\), or replace it \(keystamp rotate \2\)$/;

  it.each([
    ['full', 'ENOSPC'],
    ['closed', 'EPIPE'],
  ] as const)(
    '%s: create and rotate say which key it is, with its audit line, and 1',
    async (output, code) => {
      if (output === 'full' && !existsSync(FULL)) return;
      const created = await run(['create', '--user', 'lost', '--name', 'x', '--json'], output);
      const [, reason, id = ''] = LOST.exec(linesOf(created).at(-1) ?? '') ?? [];
      expect([created.code, reason]).toEqual([1, code]);
      expect(created.err).toMatch(new RegExp(`"key":"${id}".*"msg":"API key created"`));
      expect(await statusOf(id)).toBe('active');

      const rotated = await run(['rotate', id, '--grace', '0'], output);
      const [, , next = ''] = LOST.exec(linesOf(rotated).at(-1) ?? '') ?? [];
      expect(rotated.code).toBe(1);
      expect(rotated.err).toMatch(new RegExp(`"key":"${next}".*"msg":"API key rotated"`));
      expect([await statusOf(id), await statusOf(next)]).toEqual(['expired', 'active']);
    },
  );
});

it.each([[['list']], [['users', 'list']], [['export']], [['--help']]])(
  'keystamp %s into a pipe that nobody reads ends quietly',
  async (args) => {
    expect(await run(args, 'closed')).toEqual({ code: 0, out: '', err: '' });
  },
);

it.skipIf(!existsSync(FULL))('a failing standard error brings nothing down', async () => {
  const full = openSync(FULL, 'w');
  const child = spawn(process.execPath, [MAIN, 'list', '--limit', 'x'], {
    env: { PATH: process.env['PATH'], ...env },
    stdio: ['ignore', 'ignore', full],
  });
  expect(await new Promise((resolve) => child.once('close', resolve))).toBe(2);
  closeSync(full);
});
