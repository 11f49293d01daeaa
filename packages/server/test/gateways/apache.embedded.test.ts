import { existsSync } from 'node:fs';
import { until } from '@keystamp/testing/until';
import { afterEach, describe, expect, it } from 'vitest';
import { OWN_INTERVAL, OWN_SCOPES, openApache, type ResourceServer } from './apache.js';
import { isMissing } from './proxy.js';

const MODULE = '/usr/lib/apache2/modules/mod_auth_openidc.so';
const isAbsent = isMissing('apache2') || (!existsSync(MODULE) && process.env['CI'] === undefined);
const LATE = new Date('2100-01-01T00:00:00Z');
const MAX_AGE = 'KEYSTAMP_INTROSPECTION_MAX_AGE';

let apache: ResourceServer;

afterEach(() => apache?.close());

const issue = (expiresAt: Date | null) =>
  apache.server.issue({ scopes: ['orders:read', 'orders:write'], expiresAt });

/** A request with a new key, then its revocation. */
async function useAndRevoke(expiresAt: Date | null) {
  const { apiKey, key } = await issue(expiresAt);
  const status = await apache.statusWith(apiKey);
  await apache.server.keystamp.revokeApiKey(key.id);
  return { apiKey, status };
}

describe.skipIf(isAbsent)('a service behind Apache with mod_auth_openidc', () => {
  it('the example asks about each request, and refuses a revoked key at once', async () => {
    apache = await openApache({});
    for (const expiresAt of [LATE, null]) {
      const { apiKey, key } = await issue(expiresAt);
      const before = apache.introspections();
      expect([await apache.statusWith(apiKey), await apache.statusWith(apiKey)]).toEqual([
        200, 200,
      ]);
      expect(apache.introspections() - before).toBe(2);
      expect(await apache.server.lastUse(key.id)).not.toBeNull();
      await apache.server.keystamp.revokeApiKey(key.id);
      expect(await apache.statusWith(apiKey)).toBe(401);
    }
    const seen = apache.service.reached.at(-1)?.rawHeaders.join('\n') ?? '';
    expect(seen).toContain(`OIDC_CLAIM_sub\n${apache.server.bob.id}`);
    expect(seen).not.toMatch(/ks_|Authorization/);
  });

  it('the example refuses who has no key, a bad one, or one without the scope', async () => {
    apache = await openApache({});
    const other = await apache.server.issue({ scopes: ['invoices:read', 'orders:read:all'] });
    const before = apache.service.reached.length;
    for (const apiKey of [null, 'ks_garbage', other.apiKey]) {
      expect(await apache.statusWith(apiKey)).toBe(401);
    }
    expect(apache.service.reached.length).toBe(before);
  });

  it('the example lets a key without scopes do whatever its user may', async () => {
    apache = await openApache({});
    const free = await apache.server.issue();
    expect(await apache.statusWith(free.apiKey)).toBe(200);
  });

  it('without the scopes that the service knows it refuses a key without scopes', async () => {
    apache = await openApache({}, [OWN_SCOPES]);
    const free = await apache.server.issue();
    expect(await apache.statusWith(free.apiKey)).toBe(401);
  });

  it('at its defaults it keeps an answer until exp: a revoked key passes, its uses are not seen', async () => {
    apache = await openApache({}, [OWN_INTERVAL]);
    const { apiKey, status } = await useAndRevoke(LATE);
    expect([status, await apache.statusWith(apiKey), await apache.statusWith(apiKey)]).toEqual([
      200, 200, 200,
    ]);
    expect(apache.introspections()).toBe(1);
  });

  it('at its defaults it keeps nothing where the answer has no exp: a key without an expiry', async () => {
    apache = await openApache({}, [OWN_INTERVAL]);
    const { apiKey, status } = await useAndRevoke(null);
    expect([status, await apache.statusWith(apiKey)]).toEqual([200, 401]);
  });

  it.each([
    ['with an expiry', LATE],
    ['without one', null],
  ])(
    `with ${MAX_AGE}=2 its defaults take a key %s, and refuse it soon after it is revoked`,
    async (_name, expiresAt) => {
      apache = await openApache({ [MAX_AGE]: '2' }, [OWN_INTERVAL]);
      const { apiKey, status } = await useAndRevoke(expiresAt);
      expect(status).toBe(200);
      const refused = async () => (await apache.statusWith(apiKey)) === 401 || null;
      await until(refused, { what: 'Apache to ask again' });
    },
  );

  it(`with ${MAX_AGE}=0 its defaults keep nothing`, async () => {
    apache = await openApache({ [MAX_AGE]: '0' }, [OWN_INTERVAL]);
    const { apiKey, status } = await useAndRevoke(LATE);
    expect([status, await apache.statusWith(apiKey)]).toEqual([200, 401]);
  });
});
