import { createKeystamp, type Keystamp } from 'keystamp';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { buildApp } from '../../src/app.js';
import type { HttpApp } from '../../src/http/http-app.js';
import { openLog } from '../../src/log/log.js';
import { configOf } from '../support/test-server.js';
import {
  ada,
  createOidcServer,
  formWith,
  locationOf,
  type OidcServer,
  PUBLIC_URL,
  sessionCookieOf,
} from './oidc-server.js';

let server: OidcServer;
let keystamp: Keystamp;
let second: HttpApp;

/** Another instance over the same database, as behind a balancer. */
beforeAll(async () => {
  server = await createOidcServer();
  await server.addUser('ada');
  const logger = openLog('silent');
  keystamp = await createKeystamp({ database: await server.ground.open(), logger });
  const config = configOf({ ...server.provider.env, KEYSTAMP_PUBLIC_URL: PUBLIC_URL });
  second = (await buildApp({ keystamp, logger, config })).app;
});
afterAll(async () => {
  await second.close();
  await keystamp.close();
  await server.close();
});

it('a sign-in that begins on one instance ends on another, and once over both', async () => {
  const browser = server.newBrowser();
  server.provider.person = ada;
  const back = await browser.throughProvider((await server.begin(browser)).href);
  const path = `${back.pathname}${back.search}`;
  const cookies = new Map(browser.cookies);
  const answer = await browser.open(path, second);
  expect(locationOf(answer)).toBe(`${PUBLIC_URL}/`);
  const me = await server.send({ url: '/api/auth/me', cookie: sessionCookieOf(answer) ?? '' });
  expect(me.json().user.email).toBe('ada@example.com');
  for (const [name, value] of cookies) browser.cookies.set(name, value);
  expect(locationOf(await browser.open(path))).toBe(formWith('expired'));
});
