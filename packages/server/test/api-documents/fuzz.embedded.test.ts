import type { ApiDocument } from '@keystamp/testing/api-document/document';
import { describeFault, fuzz } from '@keystamp/testing/fuzz/fuzz';
import type { Root } from '@keystamp/testing/fuzz/world';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestServer, type TestServer } from '../support/test-server.js';

const REQUESTS = 1_000;
const SEED = 20_261_130;
/** Refusals for too much would hide all others. */
const OFTEN = { KEYSTAMP_KEY_CHANGES_PER_MINUTE: '100000', KEYSTAMP_KEY_CHANGES_AT_ONCE: '1000' };
const UNPACED = { gapMs: 0, freeMs: 1_000, longestHoldMs: 0 };

let server: TestServer;
let root: Root;
let document: ApiDocument;

beforeAll(async () => {
  server = await createTestServer({
    env: OFTEN,
    pageFolder: '/nowhere',
    signInLimits: { perAddress: 1_000_000, perSite: 1_000_000 },
    strangerLimits: UNPACED,
  });
  await server.addUser('root', { isAdmin: true });
  // Its page is at the configured port until it listens.
  const cookie = await server.signIn('root');
  root = { cookie, origin: await server.app.listen({ host: '127.0.0.1', port: 0 }) };
  document = (await (await fetch(`${root.origin}/openapi.json`)).json()) as ApiDocument;
});
afterAll(() => server?.close());

it(`${REQUESTS} requests made from the API document (seed ${SEED}) get no answer that it does not describe`, async () => {
  const { sent, answers, faults } = await fuzz({ root, document, requests: REQUESTS, seed: SEED });
  expect(faults.map(describeFault)).toEqual([]);
  expect(sent).toBe(REQUESTS);
  // Most operations did what they are for.
  const succeeded = [...answers.keys()].filter((counted) => / 2\d\d$/.test(counted));
  expect(succeeded.length).toBeGreaterThan(20);
});
