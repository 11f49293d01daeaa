import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { until } from '@keystamp/testing/until';
import type { IssuedApiKey } from 'keystamp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createKeyServer, type KeyServer } from '../../support/key-server.js';
import { startNginx } from '../nginx.js';
import { isMissing, makeHome, type RunningProxy, writeIn } from '../proxy.js';
import { send } from '../send.js';
import { PACKAGE } from './packages.js';
import { AUTHOR } from './repository.js';
import { type Ran, run } from './run.js';
import { type Shop, startShop } from './shop.js';

/** Clients that know a user name and a password only. The key is the password, and the user name is anything. */
describe.skipIf(isMissing('nginx') || isMissing('git'))(
  'behind nginx, with the key as a password',
  () => {
    let server: KeyServer;
    let shop: Shop;
    let proxy: RunningProxy;
    let port: number;
    let good: IssuedApiKey;
    let wrong: string;
    const homes: string[] = [];
    const homeFor = (name: string) => {
      const home = makeHome(name);
      homes.push(home);
      return home;
    };

    beforeAll(async () => {
      server = await createKeyServer();
      await server.app.listen({ host: '127.0.0.1', port: 0 });
      shop = await startShop(homeFor('shop'));
      const places = { keystamp: server.context.localPort(), service: shop.port };
      proxy = await startNginx(places, 'patient');
      port = proxy.ports['nothing else']?.http as number;
      shop.publicUrl = `http://127.0.0.1:${port}`;
      await until(() => send(port).catch(() => null), { what: 'nginx to listen' });
      good = await server.issue({ scopes: ['orders:read'] });
      wrong = (await server.refusedKeys()).revoked;
    });
    afterAll(async () => {
      await proxy?.end();
      await shop?.close();
      await server?.close();
      for (const home of homes) rmSync(home, { recursive: true, force: true });
    });

    const urlWith = (path: string, password: string, name = 'any') =>
      `http://${name}:${password}@127.0.0.1:${port}/orders/${path}`;

    /** What reached the service meanwhile: never a key, and always with its user. */
    async function reachedBy(work: () => Promise<Ran>): Promise<{ ran: Ran; reached: number }> {
      const before = shop.reached.length;
      const ran = await work();
      const reached = shop.reached.slice(before);
      for (const { user, authorization } of reached) {
        expect([user, authorization]).toEqual([server.bob.id, null]);
      }
      return { ran, reached: reached.length };
    }

    async function expectRefused(work: () => Promise<Ran>, words: RegExp): Promise<void> {
      const { ran, reached } = await reachedBy(work);
      expect(ran.code).not.toBe(0);
      expect(ran.stdout + ran.stderr).toMatch(words);
      expect(reached).toBe(0);
    }

    describe('git', () => {
      it('clones, commits and pushes 3 MB with the key in the URL of the remote', async () => {
        const home = homeFor('git');
        const cloned = await reachedBy(() =>
          run(home, 'git', ['clone', urlWith('git/shop.git', good.apiKey), 'shop']),
        );
        expect(cloned.ran).toMatchObject({ code: 0 });
        expect(cloned.reached).toBeGreaterThan(1);
        expect(readFileSync(join(home, 'shop/price.txt'), 'utf8')).toBe('one\n');
        expect(await server.lastUse(good.key.id)).not.toBeNull();

        writeIn(home, 'shop/picture', randomBytes(3_000_000).toString('latin1'));
        const git = (...args: string[]) => run(join(home, 'shop'), 'git', args);
        await git('add', '.');
        await git(...AUTHOR, 'commit', '--quiet', '-m', 'Second');
        const { ran } = await reachedBy(() => git('push', '--quiet', 'origin', 'HEAD:second'));
        expect(ran).toMatchObject({ code: 0 });
        const remote = await git('ls-remote', 'origin', 'second');
        expect(remote.stdout).toContain((await git('rev-parse', 'HEAD')).stdout.trim());
      });

      /** A helper that notes each question, and gives this password. */
      function helperIn(home: string, password: string): string {
        const script = `#!/bin/sh\necho "$1" >> ${home}/asked\ncat > /dev/null\n[ "$1" = get ] && printf 'username=any\\npassword=%s\\n' '${password}'\nexit 0\n`;
        const path = writeIn(home, 'helper', script);
        chmodSync(path, 0o755);
        return path;
      }

      const cloneWithHelper = (home: string, password: string) => {
        const helper = ['-c', `credential.helper=${helperIn(home, password)}`];
        return run(home, 'git', [
          ...helper,
          'clone',
          `${shop.publicUrl}/orders/git/shop.git`,
          'shop',
        ]);
      };

      it('asks its credential helper, because the 401 offers Basic, and stores what worked', async () => {
        const home = homeFor('git');
        const { ran } = await reachedBy(() => cloneWithHelper(home, good.apiKey));
        expect(ran).toMatchObject({ code: 0 });
        expect(readFileSync(join(home, 'asked'), 'utf8')).toBe('get\nstore\n');
        expect(existsSync(join(home, 'shop/price.txt'))).toBe(true);
      });

      it('gets nothing with a revoked key, and has its helper forget it', async () => {
        const home = homeFor('git');
        await expectRefused(() => cloneWithHelper(home, wrong), /Authentication failed/);
        expect(readFileSync(join(home, 'asked'), 'utf8')).toBe('get\nerase\n');
      });
    });

    describe.skipIf(isMissing('pip3') || isMissing('python3'))('pip', () => {
      const download = (home: string, password: string) =>
        run(home, 'pip3', [
          ...['download', '--isolated', '--no-deps', '--no-cache-dir', '--no-input'],
          ...['--disable-pip-version-check', '--retries', '0', '--dest', 'got'],
          ...['--index-url', urlWith('pip/', password), `${PACKAGE.name}==${PACKAGE.version}`],
        ]);

      it('downloads a package from an index with the key in its URL', async () => {
        const home = homeFor('pip');
        const { ran, reached } = await reachedBy(() => download(home, good.apiKey));
        expect(ran).toMatchObject({ code: 0 });
        expect(reached).toBe(2);
        expect(readdirSync(join(home, 'got'))).toEqual([
          `orders_client-${PACKAGE.version}-py3-none-any.whl`,
        ]);
      });

      it('gets nothing with a revoked key', async () => {
        const home = homeFor('pip');
        await expectRefused(() => download(home, wrong), /401|No matching distribution/);
      });
    });

    describe('npm', () => {
      const settings: Record<string, (password: string) => string[]> = {
        _auth: (password) => [`_auth=${Buffer.from(`any:${password}`).toString('base64')}`],
        'username and _password': (password) => [
          'username=any',
          `_password=${Buffer.from(password).toString('base64')}`,
        ],
      };

      function homeWith(lines: readonly string[]): string {
        const home = homeFor('npm');
        const registry = `//127.0.0.1:${port}/orders/npm/`;
        const own = ['update-notifier=false', 'audit=false', 'fund=false', 'fetch-retries=0'];
        const auth = lines.map((line) => `${registry}:${line}`);
        writeIn(home, '.npmrc', [`registry=http:${registry}`, ...own, ...auth].join('\n'));
        mkdirSync(join(home, 'app'));
        writeIn(home, 'app/package.json', '{"private":true}');
        return home;
      }

      const npm = (home: string, ...args: string[]) =>
        run(home, 'npm', ['--prefix', join(home, 'app'), ...args]);

      it.each(Object.keys(settings))('views and installs a package with %s', async (name) => {
        const home = homeWith(settings[name]?.(good.apiKey) ?? []);
        const viewed = await reachedBy(() => npm(home, 'view', PACKAGE.name, 'version'));
        expect(viewed.ran).toMatchObject({ code: 0, stdout: `${PACKAGE.version}\n` });
        const installed = await reachedBy(() => npm(home, 'install', PACKAGE.name));
        expect(installed.ran).toMatchObject({ code: 0 });
        const file = join(home, 'app/node_modules', PACKAGE.name, 'package.json');
        expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(PACKAGE);
      });

      it('gets nothing with a revoked key', async () => {
        const home = homeWith(settings['_auth']?.(wrong) ?? []);
        await expectRefused(() => npm(home, 'view', PACKAGE.name, 'version'), /E401/);
      });
    });

    describe.skipIf(isMissing('curl'))('curl', () => {
      const curl = (...args: string[]) =>
        run(homeFor('curl'), 'curl', ['-sS', '--fail', ...args, `${shop.publicUrl}/orders/pip/`]);

      it('-u name:key, with every name', async () => {
        for (const name of ['any', '', 'Zoë']) {
          const { ran } = await reachedBy(() => curl('-u', `${name}:${good.apiKey}`));
          expect(ran).toMatchObject({ code: 0, stdout: expect.stringContaining('.whl') });
        }
      });

      it('--anyauth, which picks Basic of what the 401 offers', async () => {
        const { ran } = await reachedBy(() => curl('--anyauth', '-u', `any:${good.apiKey}`));
        expect(ran).toMatchObject({ code: 0, stdout: expect.stringContaining('.whl') });
      });

      it('gets nothing with a revoked key, or with the key as the name', async () => {
        await expectRefused(() => curl('-u', `any:${wrong}`), /401/);
        await expectRefused(() => curl('-u', `${good.apiKey}:`), /401/);
      });
    });
  },
);
