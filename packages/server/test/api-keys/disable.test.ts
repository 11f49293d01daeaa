import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createKeyServer, type KeyServer } from '../support/key-server.js';

let server: KeyServer;

beforeAll(async () => {
  server = await createKeyServer();
});
afterAll(() => server.close());

type Who = { cookie?: string; key?: string };

function turn(id: string, way: 'disable' | 'enable', who: Who = { cookie: server.bob.cookie }) {
  return server.ask({ method: 'POST', url: `/api/api-keys/${id}/${way}`, ...who });
}

async function verify(key: string): Promise<number> {
  return (await server.ask({ url: '/verify', key })).statusCode;
}

function auditOf(id: string): string[] {
  const lines = server.logged.filter((line) => line.includes(`"key":"${id}"`));
  return lines.map((line) => JSON.parse(line).msg);
}

describe('POST /api/api-keys/{id}/disable, and /enable', () => {
  it('200 stops the key at once, and lets it work again at once', async () => {
    const { key, apiKey } = await server.issue();
    expect(await verify(apiKey)).toBe(204);
    const disabled = (await turn(key.id, 'disable')).json();
    expect(disabled.info).toMatchObject({ status: 'disabled', is_active: false, revoked_at: null });
    expect(Date.parse(disabled.info.disabled_at)).toBeLessThanOrEqual(Date.parse(disabled.as_of));
    expect(await verify(apiKey)).toBe(401);
    const enabled = (await turn(key.id, 'enable')).json();
    expect(enabled.info).toMatchObject({ status: 'active', is_active: true, disabled_at: null });
    expect(await verify(apiKey)).toBe(204);
  });

  it('200 again changes nothing, and the log has a line for each change alone', async () => {
    const { key } = await server.issue();
    await turn(key.id, 'enable');
    const first = await turn(key.id, 'disable');
    const before = await server.rows();
    const again = await turn(key.id, 'disable');
    expect([again.statusCode, again.json().info]).toEqual([200, first.json().info]);
    expect(await server.rows()).toEqual(before);
    for (let i = 0; i < 2; i++) expect((await turn(key.id, 'enable')).statusCode).toBe(200);
    expect(auditOf(key.id)).toEqual(['API key disabled', 'API key enabled']);
  });

  it('200 disables by key, itself too; only a session enables', async () => {
    const writer = await server.issue({ scopes: ['keystamp:write'] });
    const other = await server.issue();
    const byKey = { key: writer.apiKey };
    expect((await turn(other.key.id, 'disable', byKey)).statusCode).toBe(200);
    const refused = await turn(other.key.id, 'enable', byKey);
    expect([refused.statusCode, await verify(other.apiKey)]).toEqual([403, 401]);
    expect((await turn(writer.key.id, 'disable', byKey)).statusCode).toBe(200);
    expect((await turn(writer.key.id, 'enable', byKey)).statusCode).toBe(401);
    expect((await turn(writer.key.id, 'enable')).json().info.status).toBe('active');
  });

  it('200 tells the status that counts, and since when the key is disabled', async () => {
    const { key, apiKey } = await server.issue();
    await turn(key.id, 'disable');
    const past = `update keystamp.api_keys set expires_at = now() - interval '1 s' where id = $1`;
    await server.ground.database.query(past, [key.id]);
    const url = `/api/api-keys/${key.id}`;
    const { info } = (await server.ask({ url, cookie: server.bob.cookie })).json();
    expect([info.status, typeof info.disabled_at]).toEqual(['expired', 'string']);
    expect((await turn(key.id, 'enable')).json().info).toMatchObject({
      status: 'expired',
      disabled_at: null,
    });
    expect(await verify(apiKey)).toBe(401);
  });

  it.each(['disable', 'enable'] as const)('409 of a revoked key: %s', async (way) => {
    const { key } = await server.issue();
    await turn(key.id, 'disable');
    await server.keystamp.revokeApiKey(key.id);
    const before = await server.rows();
    const answer = await turn(key.id, way);
    expect([answer.statusCode, answer.json().type]).toEqual([
      409,
      'urn:keystamp:problem:key_revoked',
    ]);
    expect(await server.rows()).toEqual(before);
  });

  it('a disabled key is listed by its status, changed and revoked, and has no successor', async () => {
    const { key } = await server.issue({ name: 'Resting' });
    await turn(key.id, 'disable');
    const { cookie } = server.bob;
    const url = `/api/api-keys/${key.id}`;
    const listed = await server.ask({ url: '/api/api-keys?status=disabled&q=Resting', cookie });
    expect(listed.json().api_keys.map(({ id }: { id: string }) => id)).toEqual([key.id]);
    const rotated = await server.ask({ method: 'POST', url: `${url}/rotate`, cookie });
    expect([rotated.statusCode, rotated.json().type]).toEqual([
      409,
      'urn:keystamp:problem:key_disabled',
    ]);
    const payload = { name: 'Still resting' };
    expect((await server.ask({ method: 'PATCH', url, cookie, payload })).statusCode).toBe(200);
    const revoked = await server.ask({ method: 'POST', url: `${url}/revoke`, cookie });
    expect(revoked.json().info.status).toBe('revoked');
  });
});

describe('a disabled key', () => {
  it('is ended by whoever shows it (RFC 7009)', async () => {
    const { key, apiKey } = await server.issue();
    await turn(key.id, 'disable');
    await server.app.inject({
      method: 'POST',
      url: '/oauth2/revoke',
      payload: `token=${apiKey}`,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    });
    expect((await server.keystamp.getApiKey(key.id))?.status).toBe('revoked');
  });

  it('is counted by its reason at /metrics', async () => {
    const { key, apiKey } = await server.issue();
    await turn(key.id, 'disable');
    const count = async () => {
      const { body } = await server.app.inject({ url: '/metrics' });
      return Number(/^keystamp_refusals_total\{reason="disabled"\} (\d+)$/m.exec(body)?.[1] ?? 0);
    };
    const before = await count();
    await verify(apiKey);
    expect((await count()) - before).toBe(1);
  });
});
