import { until } from '@keystamp/testing/until';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createKeystamp, type IssuedApiKey, type Keystamp } from '../../src/index.js';
import { generateApiKey } from '../../src/key-format/api-key.js';
import { createWithApiKey } from '../../src/middleware/next.js';
import { authenticateApiKey } from '../../src/middleware/web.js';
import { type OwnServer, startOwnServer } from '../validation/own-server.js';
import { ask, withKey } from './ask.js';
import { FRAMEWORKS, type Service } from './services/index.js';

let own: OwnServer;
let keystamp: Keystamp;
let issued: IssuedApiKey;
let services: [name: string, service: Service][];

beforeAll(async () => {
  own = await startOwnServer();
  keystamp = await own.open({ outageGraceMs: 0 });
  issued = await own.issueKnown(keystamp);
  services = await Promise.all(
    FRAMEWORKS.map(async ([name, start]): Promise<[string, Service]> => {
      return [name, await start({ keystamp })];
    }),
  );
});
afterAll(async () => {
  for (const [, service] of services) await service.close();
  await own.server.start();
  await own.end();
});

/** What each framework answers to a key: status, Retry-After, challenge. */
async function answers(path: string, apiKey: string) {
  const found: Record<string, unknown> = {};
  for (const [name, service] of services) {
    const { status, headers } = await ask(service, path, withKey(apiKey));
    found[name] = [status, headers['retry-after'], headers['www-authenticate']];
  }
  return found;
}

function each(answer: unknown) {
  return Object.fromEntries(FRAMEWORKS.map(([name]) => [name, answer]));
}

describe('K4: an outage is not a refusal', () => {
  it('while the database is away every key answers 503, also where none is required; then 200 again', async () => {
    const ok = [200, undefined, undefined];
    const away = [503, '1', undefined];
    expect(await answers('/orders', issued.apiKey)).toEqual(each(ok));
    await own.server.stop('immediate');
    for (const path of ['/orders', '/scoped', '/optional']) {
      expect(await answers(path, issued.apiKey)).toEqual(each(away));
      expect(await answers(path, generateApiKey('ks').apiKey)).toEqual(each(away));
    }
    const stranger = await ask((services[0] as [string, Service])[1], '/orders');
    expect(stranger.status).toBe(401);
    await own.server.start();
    await until(async () => {
      const [status] = Object.values(await answers('/orders', issued.apiKey)) as [unknown[]];
      return status[0] === 200;
    });
    expect(await answers('/orders', issued.apiKey)).toEqual(each(ok));
  });

  it('an instance that cannot be opened answers 503, and a closed one too', async () => {
    const request = () =>
      new Request('http://localhost/', { headers: { 'x-api-key': issued.apiKey } });
    const context = { params: Promise.resolve({}) };
    const answer = async (open: () => Promise<Keystamp>) => {
      const GET = createWithApiKey(open)(() => new Response());
      const byNext = (await GET(request(), context)).status;
      const { response } = await authenticateApiKey(open)(request());
      expect(response?.status ?? 200).toBe(byNext);
      return byNext;
    };
    const nowhere = 'postgres://postgres@127.0.0.1:1/postgres';
    expect(await answer(() => createKeystamp({ database: nowhere }))).toBe(503);
    const closed = await own.open();
    await closed.close();
    expect(await answer(async () => closed)).toBe(503);
    expect(await answer(async () => keystamp)).toBe(200);
  });
});
