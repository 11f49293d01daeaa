import { until } from '@keystamp/testing/until';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { cases } from './cases.js';
import { type Gateway, openGateway, type StartProxy } from './gateway.js';
import { judge } from './judge.js';
import { isMissing, type Ports, type RunningProxy } from './proxy.js';
import type { Fate } from './relay.js';
import { type Answer, CLIENT, PREFLIGHT, pairsOf, send, WEBSOCKET } from './send.js';
import { sendWithoutKey } from './without-key.js';

const FATES: readonly Fate[] = ['up', 'stopped', 'hangs', 'yes', 'page'];

/** What holds behind every proxy. `own` adds what holds behind this one. */
export function describeGateway(
  name: string,
  start: StartProxy,
  own: (gateway: () => Gateway) => void = () => {},
): void {
  describe.skipIf(isMissing(name))(`a service behind ${name}`, () => {
    let gateway: Gateway;
    beforeAll(async () => {
      gateway = await openGateway(start);
    });
    afterEach(() => recover(gateway));
    afterAll(() => gateway?.close());

    describeRequests(name, () => gateway);
    describePreflights(() => gateway);
    describeOutages(() => gateway);
    describeSurroundings(() => gateway);
    own(() => gateway);
  });
}

function describeRequests(name: string, gateway: () => Gateway): void {
  const ofAll = cases.filter(({ notBehindNginx }) => !(notBehindNginx && name === 'nginx'));
  it.each(ofAll)('answers $name with $expected', async ({ expected, run }) => {
    expect(await run(gateway().plain.http, gateway().keys)).toBe(expected);
  });

  it('says the client’s address to Keystamp, whatever the client says', async () => {
    const { server, plain, keys } = gateway();
    server.logged.length = 0;
    const headers = ['X-API-Key', keys.ada.apiKey, 'X-Forwarded-For', '192.0.2.7'];
    await send(plain.http, { headers });
    const line = await until(() => server.logged.find((each) => each.includes('"/verify"')));
    expect(JSON.parse(line).from).toBe(CLIENT);
  });

  it('opens a WebSocket with a key, and not without one', async () => {
    const { plain, keys, service } = gateway();
    const opened = await send(plain.http, {
      headers: [...WEBSOCKET, 'X-API-Key', keys.ada.apiKey],
    });
    expect(opened.status).toBe(101);
    expect(service.reached.at(-1)?.rawHeaders).toContain('websocket');
    expect((await send(plain.http, { headers: WEBSOCKET })).status).toBe(401);
  });
}

function describePreflights(gateway: () => Gateway): void {
  it('lets a preflight pass to the service, with nothing else', async () => {
    const { proxy, relay, keys } = gateway();
    const more = [
      'X-API-Key',
      keys.ada.apiKey,
      'X-Keystamp-User',
      'root',
      'X_Keystamp_User',
      'root',
    ];
    const headers = [...PREFLIGHT, ...more, 'X-HTTP-Method-Override', 'DELETE'];
    await relay.become('stopped');
    for (const [surrounding, { http }] of Object.entries(proxy.ports)) {
      const { status, seen } = await send(http, { method: 'OPTIONS', headers });
      expect([surrounding, status, seen?.method]).toEqual([surrounding, 200, 'OPTIONS']);
      const names = pairsOf(seen?.rawHeaders ?? []).map(([name]) => name);
      expect(names).toEqual(expect.arrayContaining(['origin', 'access-control-request-method']));
      expect(names.filter((name) => /key|user|override/.test(name))).toEqual([]);
    }
  });
}

function describeOutages(gateway: () => Gateway): void {
  it.each(FATES.slice(1))(
    'answers 503 while Keystamp is away (%s), and 200 after',
    async (fate) => {
      const { keys, relay } = gateway();
      const { http } = Object.values(proxyFor(fate, gateway()).ports)[0] as Ports;
      const ask = () => send(http, { headers: ['X-API-Key', keys.ada.apiKey] });
      await relay.become(fate);
      expect(judge(await ask(), null)).toBe('503');
      await relay.become('up');
      expect(judge(await until(async () => goodOrNull(await ask())), keys.ada)).toBe('200');
    },
  );

  it('waits for a Keystamp that is slow', async () => {
    const { plain, keys, relay, service } = gateway();
    await relay.become('slow');
    const before = service.reached.length;
    const asked = send(plain.http, { headers: ['X-API-Key', keys.ada.apiKey] });
    await until(() => relay.held() > 0);
    expect(service.reached.length).toBe(before);
    await relay.release();
    expect(judge(await asked, keys.ada)).toBe('200');
  });
}

function describeSurroundings(gateway: () => Gateway): void {
  it.each(FATES)(
    'lets nobody in without a key while Keystamp is %s, in any server',
    async (fate) => {
      const { relay, service } = gateway();
      await withKey(gateway());
      await relay.become(fate);
      const before = service.reached.length;
      const around = Object.entries(proxyFor(fate, gateway()).ports);
      const answers = await Promise.all(around.map(([, ports]) => sendWithoutKey(ports)));
      expect(service.reached.slice(before)).toEqual([]);
      expect(answers.flat().filter(({ seen }) => seen !== null)).toEqual([]);
      for (const [i, [name, { takes }]] of around.entries()) {
        const expected = fate === 'up' && takes !== 'question' ? '401' : '503';
        const found = judge(answers[i]?.[0] as Answer, null);
        if (takes !== 'errors') expect([name, found]).toEqual([name, expected]);
      }
    },
  );

  it('lets nobody in with a key while Keystamp is unavailable, in any server', async () => {
    const { relay, service, keys } = gateway();
    await withKey(gateway());
    for (const fate of FATES.slice(1)) {
      await relay.become(fate);
      const before = service.reached.length;
      const headers = ['X-API-Key', keys.ada.apiKey];
      const ports = Object.values(proxyFor(fate, gateway()).ports);
      const sent = ports.map(({ http }) => send(http, { headers }));
      const answers = await Promise.all(sent);
      expect([fate, service.reached.length]).toEqual([fate, before]);
      expect(answers.filter(({ seen }) => seen !== null)).toEqual([]);
    }
  });
}

/** So that whatever keeps answers has one. */
async function withKey({ proxy, keys, service }: Gateway): Promise<void> {
  for (const [surrounding, { http, takes }] of Object.entries(proxy.ports)) {
    const before = service.reached.length;
    const answer = await send(http, { headers: ['X-API-Key', keys.ada.apiKey] });
    const found = [surrounding, judge(answer, keys.ada), service.reached.length - before];
    expect(found).toEqual([surrounding, ...(takes === 'question' ? ['503', 0] : ['200', 1])]);
  }
}

/** Keystamp is up, and the proxies have noticed. */
async function recover({ relay, proxy, impatient, keys }: Gateway): Promise<void> {
  if (relay.fate() === 'up') return;
  await relay.become('up');
  const headers = ['X-API-Key', keys.ada.apiKey];
  for (const { http, takes } of [proxy, impatient].flatMap(({ ports }) => Object.values(ports))) {
    if (takes === 'question') continue;
    await until(async () => goodOrNull(await send(http, { headers })), { what: 'the proxy' });
  }
}

/** Only what hangs needs a proxy that gives up. */
function proxyFor(fate: Fate, { proxy, impatient }: Gateway): RunningProxy {
  return fate === 'hangs' ? impatient : proxy;
}

function goodOrNull(answer: Answer): Answer | null {
  return answer.status === 200 ? answer : null;
}
