import { until } from '@keystamp/testing/until';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createKeystamp, type IssuedApiKey, type Keystamp } from '../../src/index.js';
import { createTestKeystamp, type TestKeystamp } from '../support/keystamp.js';

/** Long enough for a busy machine, and well below the time in which anything but a notification would tell. */
const HEARD = { timeoutMs: 1_500, what: 'the other instance to hear' };

let here: TestKeystamp;
let elsewhere: Keystamp;
let issued: IssuedApiKey;

beforeAll(async () => {
  here = await createTestKeystamp();
  elsewhere = await createKeystamp({ database: await here.ground.open() });
});
afterAll(async () => {
  await elsewhere.close();
  await here.close();
});

/** A key that both instances know. */
beforeEach(async () => {
  issued = await here.issue({ userId: 'grace', scopes: ['orders:read'] });
  for (const keystamp of [here.keystamp, elsewhere])
    await keystamp.validateUserApiKey(issued.apiKey);
});
afterEach(() => here.keystamp.setUserActive('grace', true));

const ask = (keystamp: Keystamp, scopes: string[] = []) =>
  keystamp.validateUserApiKey(issued.apiKey, { scopes });
const byHand = (sql: string) => here.ground.database.query(sql);

/** A time of now is later than every use so far, once the estimate of the database's clock agrees. */
const revokeMany = () =>
  until(async () => {
    const seen = { id: issued.key.id, lastUsedAt: new Date() };
    const [revocation] = await here.keystamp.revokeApiKeys([seen]);
    return revocation?.outcome === 'revoked';
  });

async function hears(what: object, scopes: string[] = []): Promise<void> {
  await until(async () => {
    try {
      expect(await ask(elsewhere, scopes)).toMatchObject(what);
      return true;
    } catch {
      return false;
    }
  }, HEARD);
}

describe('K3 a change by one instance', () => {
  it.each([
    ['a revocation', () => here.keystamp.revokeApiKey(issued.key.id), { reason: 'revoked' }],
    ['a revocation of many', revokeMany, { reason: 'revoked' }],
    ['a deletion', () => here.keystamp.deleteApiKey(issued.key.id), { reason: 'unknown' }],
    [
      'a rotation',
      () => here.keystamp.rotateApiKey(issued.key.id, { graceSeconds: 0 }),
      { reason: 'expired' },
    ],
    [
      'a deactivation of its user',
      () => here.keystamp.setUserActive('grace', false),
      { reason: 'user_inactive' },
    ],
    [
      'a name',
      () => here.keystamp.updateApiKey(issued.key.id, { name: 'Another' }),
      { valid: true, key: { name: 'Another' } },
    ],
  ])('%s counts at once there and soon on every other', async (_what, change, after) => {
    await change();
    expect(await ask(here.keystamp)).toMatchObject(after);
    await hears(after);
  });

  it('other scopes count at once there and soon on every other', async () => {
    await here.keystamp.updateApiKey(issued.key.id, { scopes: ['orders:write'] });
    const after = { valid: false, reason: 'insufficient_scope' };
    expect(await ask(here.keystamp, ['orders:read'])).toMatchObject(after);
    await hears(after, ['orders:read']);
  });
});

describe('K3 a change by hand', () => {
  it.each([
    ['a revocation', 'update keystamp.api_keys set revoked_at = now()', 'revoked'],
    ['an expiry', 'update keystamp.api_keys set expires_at = now()', 'expired'],
    ['a deletion', 'delete from keystamp.api_keys', 'unknown'],
    ['emptying the table', 'truncate keystamp.api_keys', 'unknown'],
    ['a deactivation', 'update keystamp.users set is_active = false', 'user_inactive'],
    ['a deletion of its user', `delete from keystamp.users where id = 'grace'`, 'unknown'],
  ])('%s counts soon on every instance', async (_what, sql, reason) => {
    await byHand(sql);
    await hears({ valid: false, reason });
    await until(async () => {
      const validation = await ask(here.keystamp);
      return !validation.valid && validation.reason === reason;
    }, HEARD);
  });

  it('of the address and the rights of its user counts too', async () => {
    await byHand(
      `update keystamp.users set email = 'grace@example.com', is_admin = true where id = 'grace'`,
    );
    await hears({ valid: true, user: { email: 'grace@example.com', isAdmin: true } });
    await byHand(`update keystamp.users set email = null, is_admin = false where id = 'grace'`);
  });
});

describe('a key of another shape', () => {
  const apiKey = 'sk-live-of-another-product';
  const reasonOf = async (keystamp: Keystamp) => {
    const validation = await keystamp.validateUserApiKey(apiKey);
    return validation.valid ? null : validation.reason;
  };
  const isSaid = (reason: string | null) =>
    until(async () => {
      const said = await Promise.all([here.keystamp, elsewhere].map(reasonOf));
      return said.every((each) => each === reason);
    }, HEARD);

  it('counts on every instance as soon as it is marked as imported by hand, and not after', async () => {
    await byHand(
      `insert into keystamp.api_keys (user_id, name, key_prefix, key_hash) values ('grace', 'Old', 'sk-live', sha256('${apiKey}'))`,
    );
    await isSaid('malformed');
    const mark = (imported: boolean) =>
      byHand(`update keystamp.api_keys set imported = ${imported} where name = 'Old'`);
    await mark(true);
    await isSaid(null);
    await mark(false);
    await isSaid('malformed');
    await byHand(`delete from keystamp.api_keys where name = 'Old'`);
  });
});

describe('notifications', () => {
  let heard: string[];
  let stop: () => Promise<void>;
  beforeEach(async () => {
    heard = [];
    const listener = await here.ground.database.listen('keystamp_changes', {
      onNotification: (_channel, payload) => heard.push(payload),
      onEnd: () => {},
    });
    stop = () => listener.end();
  });
  afterEach(() => stop());

  /** Everything sent before this has arrived when this has. */
  async function all(): Promise<string[]> {
    await byHand(`notify keystamp_changes, 'k0'`);
    await byHand(`notify keystamp_changes, 'end'`);
    await until(() => heard.includes('end'));
    return heard.slice(0, heard.indexOf('end') - 1);
  }

  it('of a change of very many keys in one statement are at most 1,024', async () => {
    await byHand(
      `insert into keystamp.users (id) values ('bulk') on conflict do nothing;
       insert into keystamp.api_keys (user_id, name, key_prefix, key_hash)
       select 'bulk', 'Key ' || n, 'ks_bulk', sha256(n::text::bytea) from generate_series(1, 5000) n`,
    );
    await byHand(`update keystamp.api_keys set revoked_at = now() where user_id = 'bulk'`);
    const { length } = await all();
    expect(length).toBeGreaterThan(1_024);
    expect(length).toBeLessThanOrEqual(2 * 1_024);
  });

  it('are not sent for uses', async () => {
    const storedMs = async () => Number(await here.stored(issued.key.id));
    const before = await storedMs();
    await until(async () => {
      await ask(here.keystamp);
      await here.keystamp.flush();
      return (await storedMs()) > before;
    });
    expect(await all()).toEqual([]);
  });

  it('are not sent for an update that changes nothing', async () => {
    await byHand('update keystamp.api_keys set name = name, scopes = scopes');
    await byHand('update keystamp.users set is_active = is_active');
    expect(await all()).toEqual([]);
  });
});
