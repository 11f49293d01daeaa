import { freePort } from '@keystamp/testing/network/free-port';
import type { WatchedProgram } from '@keystamp/testing/processes/watched';
import { until } from '@keystamp/testing/until';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createKeyServer, type KeyServer } from '../support/key-server.js';
import { labelProxies } from './label-proxies.js';
import { isMissing } from './proxy.js';
import { send } from './send.js';

const LABELS = ['eu', 'us'] as const;

/** The server of one label, over a database of its own. */
interface Fleet {
  readonly label: string;
  readonly server: KeyServer;
  /** The headers of each request that reached it, but for those about its health. */
  readonly seen: string[];
  readonly apiKey: string;
}

describe.each(Object.keys(labelProxies))('two fleets behind %s', (name) => {
  describe.skipIf(isMissing(name))('by the label of the key', () => {
    let fleets: [Fleet, Fleet];
    let port: number;
    let proxy: WatchedProgram | undefined;
    beforeAll(async () => {
      fleets = [await openFleet('eu'), await openFleet('us')];
      port = await freePort();
      const [eu, us] = fleets.map(({ server }) => server.context.localPort());
      proxy = labelProxies[name]?.({ proxy: port, eu: eu as number, us: us as number });
      await until(() => send(port).catch(() => null), { what: 'the proxy to listen' });
    });
    afterAll(async () => {
      await proxy?.end();
      for (const { server } of fleets ?? []) await server.close();
    });

    const verify = (...headers: string[]) => send(port, { path: '/verify', headers });
    const fleetOf = (label: string) => fleets.find((one) => one.label === label) as Fleet;
    const questions = () => fleets.map(({ seen }) => seen.length);
    /** Neither fleet is asked. */
    async function refused(...headers: string[]): Promise<void> {
      const before = questions();
      expect((await verify(...headers)).status).toBe(401);
      expect(questions()).toEqual(before);
    }

    it.each(LABELS)('passes a key of %s on to its fleet, from either header', async (label) => {
      const { apiKey, seen } = fleetOf(label);
      expect((await verify('X-API-Key', apiKey)).status).toBe(204);
      expect((await verify('Authorization', `Bearer ${apiKey}`)).status).toBe(204);
      expect((await verify('authorization', `bearer ${apiKey}`)).status).toBe(204);
      expect(seen.filter((headers) => headers.includes(apiKey))).toHaveLength(3);
    });

    it('answers 401 to unknown labels, to no key, and to what is no whole key', async () => {
      const [eu, us] = fleets.map(({ apiKey }) => apiKey) as [string, string];
      await refused();
      await refused('X-API-Key', eu.replace('eu_', 'ks_'));
      await refused('X-API-Key', `x${eu}`);
      await refused('X-API-Key', `${eu}, ${us}`);
      await refused('Authorization', `Bearer ${eu} ${us}`);
      await refused('Authorization', `Basic ${Buffer.from(`ada:${eu}`).toString('base64')}`);
    });

    it('answers 401 to two keys of different fleets', async () => {
      const [eu, us] = fleets.map(({ apiKey }) => apiKey) as [string, string];
      await refused('X-API-Key', eu, 'Authorization', `Bearer ${us}`);
      await refused('X-API-Key', us, 'Authorization', `Bearer ${eu}`);
      // nginx 1.22 takes the first, newer versions and HAProxy refuse both.
      expect([204, 401]).toContain((await verify('X-API-Key', eu, 'X-API-Key', us)).status);
      expect([204, 401]).toContain((await verify('X-API-Key', us, 'X-API-Key', eu)).status);
    });

    it('refuses in the words of Keystamp', async () => {
      const { server, apiKey } = fleetOf('eu');
      const unknown = `${apiKey.slice(0, -1)}${apiKey.endsWith('0') ? '1' : '0'}`;
      const own = await server.ask({ method: 'GET', url: '/verify', key: unknown });
      const answer = await verify('X-API-Key', apiKey.replace('eu_', 'ks_'));
      expect(JSON.parse(answer.body)).toEqual(own.json());
      for (const header of ['content-type', 'cache-control'] as const) {
        expect(answer.headers[header]?.split(';')[0]).toBe(
          String(own.headers[header]).split(';')[0],
        );
      }
      expect(answer.headers['www-authenticate']).toContain('Bearer');
    });

    it('serves nothing else', async () => {
      for (const path of ['/', '/api/api-keys', '/oauth2/introspect', '/verify/', '/metrics']) {
        const headers = ['X-API-Key', fleetOf('eu').apiKey];
        expect([path, (await send(port, { path, headers })).status]).toEqual([path, 404]);
      }
    });

    it('never shows a fleet a key of the other', () => {
      const [eu, us] = fleets as [Fleet, Fleet];
      expect(eu.seen.join('\n')).not.toContain(us.apiKey);
      expect(us.seen.join('\n')).not.toContain(eu.apiKey);
    });
  });
});

async function openFleet(label: string): Promise<Fleet> {
  const env = { KEYSTAMP_TRUST_PROXY: '127.0.0.1' };
  const server = await createKeyServer({ env, keystamp: { label } });
  await server.app.listen({ host: '127.0.0.1', port: 0 });
  const seen: string[] = [];
  server.app.server.on('request', ({ url, rawHeaders }) => {
    if (url !== '/readyz') seen.push(rawHeaders.join('\n'));
  });
  return { label, server, seen, apiKey: (await server.issue()).apiKey };
}
