import { expect, it } from 'vitest';
import { describeGateway } from './describe-gateway.js';
import { judge } from './judge.js';
import { startNginx } from './nginx.js';
import { pairsOf, send } from './send.js';

describeGateway('nginx', startNginx, (gateway) => {
  it('reads the first of two X-API-Key before nginx 1.23, and neither since', async () => {
    const { plain, keys } = gateway();
    const headers = ['X-API-Key', keys.ada.apiKey, 'X-API-Key', keys.free.apiKey];
    const answer = await send(plain.http, { headers });
    expect(['200', '401']).toContain(judge(answer, answer.seen ? keys.ada : null));
  });

  it('passes the problem documents of Keystamp on, with their status and type', async () => {
    const { plain, keys, server } = gateway();
    const sent = {
      401: [],
      403: ['X-API-Key', keys.unscoped.apiKey],
      400: ['X-API-Key', keys.ada.apiKey, 'Authorization', `Bearer ${keys.free.apiKey}`],
    };
    for (const [status, headers] of Object.entries(sent)) {
      const pairs = pairsOf(headers);
      const asked = { url: '/verify?scope=orders:read', headers: Object.fromEntries(pairs) };
      const own = (await server.app.inject(asked)).json();
      const { body, ...answer } = await send(plain.http, { headers });
      expect([answer.status, JSON.parse(body)]).toEqual([Number(status), own]);
      expect(answer.headers['content-type']).toBe('application/problem+json');
      expect(own.type).toMatch(/^urn:keystamp:problem:/);
    }
  });

  it('answers with a problem document of its own while Keystamp is stopped', async () => {
    const { plain, keys, relay } = gateway();
    await relay.become('stopped');
    const answer = await send(plain.http, { headers: ['X-API-Key', keys.ada.apiKey] });
    expect([answer.status, JSON.parse(answer.body).status]).toEqual([503, 503]);
    expect(answer.headers['content-type']).toBe('application/problem+json');
  });

  it('passes on only what Keystamp needs, not 84 kB of other headers', async () => {
    const { plain, keys } = gateway();
    const large = [1, 2, 3].flatMap((i) => [`X-Large-${i}`, 'x'.repeat(28_000)]);
    const headers = ['X-API-Key', keys.ada.apiKey, ...large];
    expect(judge(await send(plain.http, { headers }), keys.ada)).toBe('200');
  });
});
