import { execFileSync, spawn, spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort } from '@keystamp/testing/network/free-port';
import { until } from '@keystamp/testing/until';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

/** The steps of the image, read from its file, and taken in an empty folder in place of an image. */
const root = fileURLToPath(new URL('../../../../', import.meta.url));
const dockerfile = readFileSync(join(root, 'deploy/Dockerfile'), 'utf8').replace(/\\\n/g, '');
const [, first = '', last = ''] = dockerfile.split(/^FROM /m);
const IMAGE_FOLDER = '/opt/keystamp';
const USER = 1000;

let folder: string;
let image: string;
let env: Record<string, string>;

/** What stands behind an instruction of a stage. */
function instruction(stage: string, name: string): string {
  const line = stage.split('\n').find((each) => each.startsWith(`${name} `));
  if (line === undefined) throw new Error(`deploy/Dockerfile has no ${name}`);
  return line.slice(name.length + 1).replaceAll(IMAGE_FOLDER, image);
}

const commandOf = (text: string): string[] => JSON.parse(text.slice(text.indexOf('[')));

/** As the container runs it: another user, an environment of its own, nowhere to write but the volume. */
const asUser = (more: Record<string, string> = {}) => ({
  cwd: '/',
  uid: USER,
  gid: USER,
  env: { ...env, ...more },
});

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'keystamp-image-'));
  chmodSync(folder, 0o755);
  image = join(folder, 'opt');
  const packed = join(image, 'packed');
  mkdirSync(packed, { recursive: true });
  copyFileSync(join(root, 'deploy/healthcheck.mjs'), join(packed, 'healthcheck.mjs'));
  const workspaces = ['--workspace', 'keystamp', '--workspace', '@keystamp/server'];
  const pack = ['pack', '--ignore-scripts', ...workspaces, '--pack-destination', packed];
  execFileSync('npm', pack, { cwd: root, stdio: 'ignore' });
  execFileSync('sh', ['-ec', instruction(first, 'RUN')], {
    cwd: image,
    env: { ...process.env, VERSION: 'none', npm_config_prefer_offline: 'true' },
    stdio: 'ignore',
  });
  const data = join(folder, 'data');
  mkdirSync(data, { mode: 0o700 });
  chownSync(data, USER, USER);
  const pairs = instruction(last, 'ENV').split(' ');
  env = {
    ...Object.fromEntries(pairs.map((pair) => pair.split('='))),
    PATH: process.env['PATH'] ?? '',
    HOME: '/nonexistent',
    TMPDIR: '/nonexistent',
    KEYSTAMP_DATA_DIR: data,
    KEYSTAMP_PUBLIC_URL: 'https://keys.example.com',
    KEYSTAMP_PORT: String(await freePort()),
  };
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

// Only root can become the user of the container; the continuous integration is root.
describe.skipIf(process.getuid?.() !== 0)('the steps of deploy/Dockerfile in a bare folder', () => {
  it('leave a tree that nobody can write', () => {
    expect(existsSync(join(image, 'packed'))).toBe(false);
    const writable = execFileSync('find', [image, '!', '-type', 'l', '-perm', '/222']);
    expect(writable.toString()).toBe('');
    const { status } = spawnSync('touch', [join(image, 'healthcheck.mjs')], asUser());
    expect(status).not.toBe(0);
  });

  it('migrate as a job does, serve without a right to migrate, are healthy, and stop by SIGTERM', async () => {
    const [node = '', ...entry] = commandOf(instruction(last, 'ENTRYPOINT'));
    const migrate = spawnSync(node, [...entry, 'migrate', 'up'], {
      ...asUser({ KEYSTAMP_MIGRATE: 'false' }),
      encoding: 'utf8',
    });
    expect(migrate.status, migrate.stderr).toBe(0);

    const command = [...entry, ...commandOf(instruction(last, 'CMD'))];
    const server = spawn(node, command, asUser({ KEYSTAMP_MIGRATE: 'false' }));
    const ended = new Promise((resolve) => server.once('close', (code) => resolve(code)));
    let said = '';
    for (const output of [server.stdout, server.stderr])
      output.on('data', (text) => (said += text));
    const check = instruction(last, 'HEALTHCHECK');
    const [program = '', ...args] = commandOf(check);
    try {
      await until(async () => spawnSync(program, args, asUser()).status === 0, {
        timeoutMs: 60_000,
        what: `a healthy server, which said ${said}`,
      });
      const port = env['KEYSTAMP_PORT'];
      expect((await fetch(`http://127.0.0.1:${port}/readyz`)).status).toBe(200);
      server.kill('SIGTERM');
      expect(await ended, said).toBe(0);
      expect(spawnSync(program, args, asUser()).status).toBe(1);
    } finally {
      server.kill('SIGKILL');
    }
  });
});
