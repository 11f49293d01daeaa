import { expect, it } from 'vitest';
import { describeGateway } from './describe-gateway.js';
import { judge } from './judge.js';
import { startNginx } from './nginx.js';
import { send } from './send.js';

describeGateway('nginx', startNginx, (gateway) => {
  it('reads the first of two X-API-Key before nginx 1.23, and neither since', async () => {
    const { plain, keys } = gateway();
    const headers = ['X-API-Key', keys.ada.apiKey, 'X-API-Key', keys.free.apiKey];
    const answer = await send(plain.http, { headers });
    expect(['200', '401']).toContain(judge(answer, answer.seen ? keys.ada : null));
  });

  it('passes on only what Keystamp needs, not 84 kB of other headers', async () => {
    const { plain, keys } = gateway();
    const large = [1, 2, 3].flatMap((i) => [`X-Large-${i}`, 'x'.repeat(28_000)]);
    const headers = ['X-API-Key', keys.ada.apiKey, ...large];
    expect(judge(await send(plain.http, { headers }), keys.ada)).toBe('200');
  });
});
