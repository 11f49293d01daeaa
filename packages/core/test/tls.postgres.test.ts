import { execFileSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  type Authority,
  type Certificate,
  certificateFolder,
  hasOpenssl,
  makeAuthority,
  makeSelfSigned,
} from '@keystamp/testing/network/certificates';
import { debianPostgres } from '@keystamp/testing/postgres/debian';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { migrateUp } from '../src/database/index.js';
import { openDatabase } from '../src/database/open-database.js';
import { createKeystamp } from '../src/index.js';
import { startTlsServer, type TlsServer } from './support/tls-server.js';

const isSkipped = debianPostgres() === null || !hasOpenssl();

describe.skipIf(isSkipped)('a database with a certificate of an authority of its own', () => {
  const folder = certificateFolder();
  let server: TlsServer;
  let ours: Authority;
  let other: Authority;
  let good: Certificate;

  /** Node and the driver say each warning once, so that the first connection counts too. */
  const warnings: string[] = [];
  const note = (warning: Error) => void warnings.push(warning.message);

  beforeAll(async () => {
    process.on('warning', note);
    ours = makeAuthority(folder, 'ours');
    other = makeAuthority(folder, 'other');
    good = ours.sign({ name: 'server', dnsName: 'localhost' });
    server = await startTlsServer(good, ours.cert);
  });
  afterAll(async () => {
    process.off('warning', note);
    await server.end();
    rmSync(folder, { recursive: true });
  });

  /** Null: it connects. */
  async function failureOf(url: string): Promise<string | null> {
    const database = await openDatabase(url);
    const failure = await database.query('select 1').then(
      () => null,
      (error: Error) => error.message,
    );
    await database.end();
    return failure;
  }

  /** What is wrong with the URL itself. */
  const refusalOf = (url: string) =>
    openDatabase(url).then(
      () => null,
      (error: Error) => error.message,
    );
  const file = (name: string, text: string) => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };

  it('every connection goes by TLS: migrations, pool, look-ups, listener, direct', async () => {
    const url = server.urlFor('app', `sslmode=verify-full&sslrootcert=${ours.cert}`);
    const database = await openDatabase(url);
    await migrateUp(database);
    const keystamp = await createKeystamp({ database });
    const direct = await database.connectDirect();
    const { apiKey } = await keystamp.createApiKey({ userId: 'ada', name: 'A key' });
    expect((await keystamp.validateUserApiKey(apiKey)).valid).toBe(true);
    expect(keystamp.health().listening).toBe(true);
    const { rows } = await server.exec(
      `select ssl from pg_stat_activity join pg_stat_ssl using (pid) where usename = 'app'`,
    );
    expect(rows.length).toBeGreaterThanOrEqual(3);
    expect(rows.every(({ ssl }) => ssl)).toBe(true);
    direct.release();
    await keystamp.close();
    await database.end();
  });

  it('a direct address beside the first one has TLS of its own', async () => {
    const url = server.urlFor('plain', 'sslmode=disable');
    const listenDatabase = server.urlFor('app', `sslmode=verify-full&sslrootcert=${ours.cert}`);
    const database = await openDatabase(url, { listenDatabase });
    const direct = await database.connectDirect();
    const text = 'select ssl from pg_stat_ssl where pid = pg_backend_pid()';
    expect((await direct.query(text)).rows).toEqual([{ ssl: true }]);
    expect((await database.query(text)).rows).toEqual([{ ssl: false }]);
    direct.release();
    await database.end();
  });

  it.each([
    ['verify-full', 'localhost', (): string => `&sslrootcert=${ours.cert}`, null],
    ['verify-ca', 'localhost', () => `&sslrootcert=${ours.cert}`, null],
    ['verify-ca', '127.0.0.1', () => `&sslrootcert=${ours.cert}`, null],
    ['verify-ca', 'localhost', () => `&sslrootcert=${other.cert}`, 'not trusted'],
    ['require', '127.0.0.1', () => '', null],
    ['require', '127.0.0.1', () => `&sslrootcert=${ours.cert}`, null],
    ['require', '127.0.0.1', () => `&sslrootcert=${other.cert}`, 'not trusted'],
    ['verify-full', '127.0.0.1', () => `&sslrootcert=${ours.cert}`, 'is for another host'],
    ['verify-full', 'localhost', () => `&sslrootcert=${other.cert}`, 'the file of sslrootcert'],
    ['verify-full', 'localhost', () => '', 'Add sslmode=verify-full&sslrootcert=/path/ca.pem'],
    ['verify-full', 'localhost', () => '&sslrootcert=system', 'Add sslmode=verify-full&sslroot'],
    ['disable', 'localhost', () => '', 'does not let this connection in without TLS'],
  ])('sslmode=%s to %s', async (mode, host, root, failure) => {
    const found = await failureOf(server.urlFor('app', `sslmode=${mode}${root()}`, host));
    if (failure === null) expect(found).toBeNull();
    else expect(found).toContain(failure);
  });

  it.each([
    [
      'verify-full with a file alone',
      () => `sslrootcert=${ours.cert}`,
      '127.0.0.1',
      'another host',
    ],
    ['verify-full with ssl=true', () => 'ssl=true', 'localhost', 'not trusted'],
    ['no TLS with ssl=false', () => 'ssl=false', 'localhost', 'without TLS'],
    ['no TLS with nothing', () => '', 'localhost', 'without TLS'],
  ])('%s', async (_what, parameters, host, failure) => {
    expect(await failureOf(server.urlFor('app', parameters(), host))).toContain(failure);
  });

  it("the environment of PostgreSQL's programs decides where the URL says nothing", async () => {
    process.env['PGSSLMODE'] = 'verify-ca';
    process.env['PGSSLROOTCERT'] = ours.cert;
    expect(await failureOf(server.urlFor('app', ''))).toBeNull();
    process.env['PGSSLMODE'] = 'prefer';
    expect(await refusalOf(server.urlFor('app', ''))).toContain('another PGSSLMODE; prefer may');
    delete process.env['PGSSLMODE'];
    delete process.env['PGSSLROOTCERT'];
  });

  it('a certificate that is self-signed, has expired, is renewed: the message says which', async () => {
    const url = (root: string) => server.urlFor('app', `sslmode=verify-full&sslrootcert=${root}`);
    await server.show(makeSelfSigned(folder, 'localhost'));
    expect(await failureOf(url(ours.cert))).toMatch(
      /^The certificate of localhost:\d+ is self-signed and not trusted \(.*\)\. Write the certificate itself/,
    );
    await server.show(ours.sign({ name: 'old', dnsName: 'localhost', days: -1 }));
    expect(await failureOf(url(ours.cert))).toMatch(/has expired .*Renew it\.$/);
    await server.show(good);
    expect(await failureOf(url(ours.cert))).toBeNull();
  });

  it('a renewed file of the authority takes effect on a new connection of the same pool', async () => {
    const root = file('root.pem', '');
    execFileSync('cp', [ours.cert, root]);
    const url = server.urlFor('app', `sslmode=verify-full&sslrootcert=${root}`);
    const database = await openDatabase(url);
    await database.query('select 1');
    await server.show(other.sign({ name: 'moved', dnsName: 'localhost' }));
    await server.exec(
      `select pg_terminate_backend(pid) from pg_stat_activity where usename = 'app'`,
    );
    await database.query('select 1').catch(() => {});
    await expect(database.query('select 1')).rejects.toThrow('not trusted');
    execFileSync('cp', [other.cert, root]);
    await database.query('select 1');
    // What is written half leaves the last one in force.
    writeFileSync(root, '-----BEGIN CERT');
    await server.exec(
      `select pg_terminate_backend(pid) from pg_stat_activity where usename = 'app'`,
    );
    await database.query('select 1').catch(() => {});
    await database.query('select 1');
    await database.end();
    await server.show(good);
  });

  it('a server without TLS is named', async () => {
    await server.show(null);
    expect(await failureOf(server.urlFor('plain', 'sslmode=require'))).toMatch(
      /^The server at localhost:\d+ has no TLS .*Set ssl = on there/,
    );
    await server.show(good);
  });

  it('a certificate of the client is sent, and what is wrong with it is named', async () => {
    const root = `sslmode=verify-full&sslrootcert=${ours.cert}`;
    const of = ({ cert, key }: Certificate) => `${root}&sslcert=${cert}&sslkey=${key}`;
    const mine = ours.sign({ name: 'certified' });
    expect(await failureOf(server.urlFor('certified', of(mine)))).toBeNull();
    expect(await failureOf(server.urlFor('certified', root))).toContain(
      'The server wants a certificate of the client',
    );
    const stranger = ours.sign({ name: 'stranger' });
    expect(await failureOf(server.urlFor('certified', of(stranger)))).toContain(
      'The certificate of this client is for another user',
    );
    expect(
      await failureOf(server.urlFor('certified', of(other.sign({ name: 'certified' })))),
    ).toMatch(/not trust the certificate of this client|Connection terminated|ECONNRESET/);
    expect(await refusalOf(server.urlFor('certified', `${root}&sslcert=${mine.cert}`))).toContain(
      'sslcert and sslkey together',
    );
    const mixed = of({ cert: mine.cert, key: stranger.key });
    expect(await refusalOf(server.urlFor('certified', mixed))).toContain(
      'sslkey to be the key of the certificate in sslcert; it is another',
    );
  });

  it('a file that is missing, empty, broken or of another kind is named, and nothing is opened', async () => {
    const refused = (parameters: string) => refusalOf(server.urlFor('app', parameters));
    const isCertificate = 'to be a PEM file with certificates (-----BEGIN CERTIFICATE-----); ';
    for (const [path, why] of [
      ['/nowhere/ca.pem', 'to be a file that can be read; ENOENT'],
      [folder, 'to be a file that can be read; EISDIR'],
      [file('empty.pem', ''), `${isCertificate}it holds none`],
      [ours.key, `${isCertificate}it holds none`],
      [
        file('bad.pem', '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n'),
        `${isCertificate}one of them cannot be read`,
      ],
    ] as const) {
      for (const mode of ['require', 'verify-ca', 'verify-full']) {
        const message = await refused(`sslmode=${mode}&sslrootcert=${path}`);
        expect(message).toBe(`database: expected sslrootcert=${path} ${why}`);
      }
    }
    expect(await refused('sslmode=verify-ca')).toContain('sslrootcert beside sslmode=verify-ca');
    expect(await refused('sslnegotiation=direct')).toContain('beside sslnegotiation=direct');
    const mine = ours.sign({ name: 'app' });
    const locked = join(folder, 'locked.key');
    const args = ['ec', '-in', mine.key, '-aes256', '-passout', 'pass:sesame', '-out', locked];
    execFileSync('openssl', args, { stdio: 'pipe' });
    const message = await refused(`sslmode=require&sslcert=${mine.cert}&sslkey=${locked}`);
    expect(message).toContain(`sslkey=${locked} to be a PEM file`);
    expect(message).toContain('it is encrypted');
  });

  it('the driver has nothing to warn of', async () => {
    for (const mode of ['require', `verify-ca&sslrootcert=${ours.cert}`]) {
      expect(await failureOf(server.urlFor('app', `sslmode=${mode}`))).toBeNull();
    }
    expect(warnings).toEqual([]);
  });
});
