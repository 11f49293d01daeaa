import { execFileSync } from 'node:child_process';
import { appendFileSync, chownSync, copyFileSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { certificateFolder, hasOpenssl } from '@keystamp/testing/network/certificates';
import { runAs } from '@keystamp/testing/postgres/binaries';
import { debianPostgres } from '@keystamp/testing/postgres/debian';
import { type PostgresServer, startPostgres } from '@keystamp/testing/postgres/server';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { keystamp } from './support/cli.js';
import { type ServerProcess, startServerProcess } from './support/server-process.js';

const page = readFileSync(new URL('../../../docs/guide/connecting.md', import.meta.url), 'utf8');
const isSkipped = debianPostgres() === null || !hasOpenssl();

/** The text of a block of the page, from its first words on. */
function block(start: string): string {
  const at = page.indexOf(`\n${start}`);
  expect(at, start).toBeGreaterThan(0);
  return page.slice(at + 1, page.indexOf('```', at));
}

describe.skipIf(isSkipped)('docs/guide/connecting.md, with an authority of your own', () => {
  const folder = certificateFolder();
  let postgres: PostgresServer;
  let server: ServerProcess | undefined;
  let documentedUrl: string;

  beforeAll(async () => {
    postgres = await startPostgres({ bin: debianPostgres() ?? '' });
    await postgres.exec("create role keystamp_app login password 'a long one'");
    await postgres.exec('create database keystamp owner keystamp_app');
    const commands = block('openssl req -new -x509').replaceAll('db.example.com', 'localhost');
    execFileSync('sh', ['-e', '-c', commands], { cwd: folder, stdio: 'pipe' });
    for (const name of ['server.pem', 'server.key']) {
      const copy = join(postgres.dataDir, name);
      copyFileSync(join(folder, name), copy);
      if (runAs.uid !== undefined) chownSync(copy, runAs.uid, runAs.gid ?? runAs.uid);
    }
    appendFileSync(join(postgres.dataDir, 'postgresql.conf'), block('ssl = on'));
    const rules = 'hostssl keystamp keystamp_app all scram-sha-256\n';
    const before = 'host keystamp keystamp_app all reject\n';
    const hba = join(postgres.dataDir, 'pg_hba.conf');
    const others = readFileSync(hba, 'utf8');
    rmSync(hba);
    appendFileSync(hba, rules + before + others);
    await postgres.stop();
    await postgres.start();
    const [, url = ''] = /^DATABASE_URL='([^']+)'/.exec(block('DATABASE_URL=')) ?? [];
    documentedUrl = url
      .replace('db.example.com:5432', `localhost:${postgres.port}`)
      .replace('/etc/keystamp/ca.pem', join(folder, 'ca.pem'));
  });
  afterAll(async () => {
    await server?.kill();
    await postgres.end();
    rmSync(folder, { recursive: true });
  });

  it('the documented URL serves and commands by TLS, and nothing warns', async () => {
    server = await startServerProcess({ DATABASE_URL: documentedUrl });
    await server.ready();
    expect(server.stderr()).not.toMatch(/warn|sslmode/i);
    const { rows } = await postgres.exec(
      `select ssl from pg_stat_activity join pg_stat_ssl using (pid) where usename = 'keystamp_app'`,
    );
    expect(rows.length).toBeGreaterThan(1);
    expect(rows.every(({ ssl }) => ssl)).toBe(true);
    const env = { DATABASE_URL: documentedUrl };
    const made = await keystamp(['create', '--user', 'ada', '--name', 'CI'], { env });
    expect(made.code).toBe(0);
    expect(made.err).not.toMatch(/warn|sslmode/i);
  });

  it.each([
    [
      'without the file',
      (url: string) => url.replace(/&sslrootcert=.*/, ''),
      /^keystamp: DATABASE_URL: The certificate of localhost:\d+ is signed by an authority that is not trusted \(.*\)\. Add sslmode=verify-full&sslrootcert=\/path\/ca\.pem to the URL, .*\n$/,
    ],
    [
      'by another name',
      (url: string) => url.replace('@localhost', '@127.0.0.1'),
      /^keystamp: DATABASE_URL: The certificate of 127\.0\.0\.1:\d+ is for another host \(.*\)\. Use a host name .*\n$/,
    ],
    [
      'without TLS',
      (url: string) => url.replace(/\?.*/, ''),
      /^keystamp: DATABASE_URL: The server does not let this connection in without TLS \(.*\)\. Add sslmode=verify-full .*\n$/,
    ],
    [
      'with a file that is missing',
      (url: string) => url.replace('ca.pem', 'none.pem'),
      /^keystamp: DATABASE_URL: the value is not shown, expected sslrootcert=\S+ to be a file that can be read; ENOENT\n$/,
    ],
    [
      'with "#" in the password',
      (url: string) => url.replace('a%20long', 'a#long'),
      /^keystamp: DATABASE_URL: the value is not shown, expected a PostgreSQL URL like \S+; the password holds "#": write it as %23\n$/,
    ],
  ])(
    '%s: one line of the server and of a command names the variable and the remedy',
    async (_what, change, line) => {
      const env = { DATABASE_URL: change(documentedUrl) };
      const child = await startServerProcess(env);
      expect(await child.ended()).toBe(1);
      expect(child.stderr()).toMatch(line);
      const { code, err } = await keystamp(['list'], { env });
      expect([code, err]).toEqual([1, expect.stringMatching(line)]);
      expect(child.stderr() + err).not.toContain('long');
    },
  );

  it('a direct address is named where it is the one to blame', async () => {
    const env = {
      DATABASE_URL: documentedUrl,
      LISTEN_DATABASE_URL: documentedUrl.replace(/&sslrootcert=.*/, ''),
    };
    const child = await startServerProcess(env);
    expect(await child.ended()).toBe(1);
    expect(child.stderr()).toMatch(/^keystamp: LISTEN_DATABASE_URL: The certificate of .*\n$/);
  });

  it('several hosts are taken: one that is away is passed over', async () => {
    const env = { DATABASE_URL: documentedUrl.replace('@localhost', '@127.0.0.1:1,localhost') };
    const { code, out } = await keystamp(['list', '--json'], { env });
    expect([code, JSON.parse(out)]).toEqual([0, expect.anything()]);
  });
});
