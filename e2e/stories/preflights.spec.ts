import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Page } from '@playwright/test';
import { startCaddy } from '../../packages/server/test/gateways/caddy.js';
import { startHaproxy } from '../../packages/server/test/gateways/haproxy.js';
import { startNginx } from '../../packages/server/test/gateways/nginx.js';
import { isMissing } from '../../packages/server/test/gateways/proxy.js';
import { createKey } from '../support/keys.ts';
import { expect, test } from '../support/story.ts';

const proxies = { nginx: startNginx, caddy: startCaddy, haproxy: startHaproxy };

for (const [name, start] of Object.entries(proxies)) {
  test(`a page of another origin calls a service behind ${name}`, async ({
    keysPage,
    server,
    database,
    context,
  }) => {
    test.skip(database !== 'embedded' || isMissing(name), 'once, and where the proxy is installed');
    const { api_key: apiKey, info } = await createKey(keysPage, server.url, {
      name: `Shop ${name}`,
    });
    const service = await startService();
    const places = { keystamp: Number(new URL(server.url).port), service: portOf(service) };
    const proxy = await start(places, 'patient');
    try {
      const guarded = `http://127.0.0.1:${proxy.ports['nothing else']?.http}/orders/7`;
      await expect.poll(() => statusOf(guarded)).toBe(401);
      const page = await context.newPage();
      await page.goto(`http://127.0.0.1:${portOf(service)}/shop`);
      expect(await call(page, guarded, apiKey)).toBe(`DELETE by ${info.user_id}`);
      expect(await call(page, guarded, 'ks_garbage')).toBe('TypeError');
    } finally {
      await proxy.end();
      service.closeAllConnections();
      await new Promise((resolve) => service.close(resolve));
    }
  });
}

/** A service that allows pages of every origin, and that serves such a page itself. */
async function startService(): Promise<Server> {
  const service = createServer(({ method, headers }, response) => {
    response.setHeader('access-control-allow-origin', '*');
    response.setHeader('access-control-allow-methods', 'DELETE');
    response.setHeader('access-control-allow-headers', 'x-api-key');
    const isPreflight = method === 'OPTIONS';
    const said = `${method} by ${isPreflight ? 'nobody' : headers['x-keystamp-user']}`;
    response.writeHead(isPreflight ? 204 : 200, { 'content-type': 'text/plain' });
    response.end(isPreflight ? '' : said);
  });
  await new Promise<void>((resolve) => service.listen(0, '127.0.0.1', resolve));
  return service;
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}

async function statusOf(url: string): Promise<number> {
  return fetch(url).then(
    ({ status }) => status,
    () => 0,
  );
}

/** The answer's text, or the name of the browser's error. */
function call(page: Page, url: string, apiKey: string): Promise<string> {
  return page.evaluate(
    async ([address = '', key = '']) => {
      try {
        const answer = await fetch(address, { method: 'DELETE', headers: { 'X-API-Key': key } });
        return await answer.text();
      } catch (error) {
        return (error as Error).name;
      }
    },
    [url, apiKey],
  );
}
