import { expect, it } from 'vitest';
import { describeGateway } from './describe-gateway.js';
import { startHaproxy } from './haproxy.js';
import { judge } from './judge.js';
import { send } from './send.js';

describeGateway('haproxy', startHaproxy, (gateway) => {
  it.each(['/metrics', '/%6detrics', '/%6D%65trics', '/metrics?a=b', '/%6detrics?a=b'])(
    'keeps %s from the public',
    async (path) => {
      const answer = await send(gateway().plain.http, { path, host: 'keys.example.com' });
      expect(answer.status).toBe(403);
      expect(answer.headers['content-type']).not.toBe('application/problem+json');
    },
  );

  it('never drops the scopes of a key because the headers are full', async () => {
    const { plain, keys } = gateway();
    const large = Array.from({ length: 4 }, (_, i) => [`X-Large-${i}`, 'x'.repeat(3000)]).flat();
    const headers = ['X-API-Key', keys.many.apiKey, ...large];
    expect(judge(await send(plain.http, { headers }), keys.many)).toBe('431');
  });
});
