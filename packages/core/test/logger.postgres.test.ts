import { until } from '@keystamp/testing/until';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Keystamp, Logger } from '../src/index.js';
import { type OwnServer, startOwnServer } from './validation/own-server.js';

let own: OwnServer;
beforeAll(async () => {
  own = await startOwnServer();
});
afterAll(() => own.end());

const throwing = () => {
  throw new Error('ENOSPC: no space left on device, write');
};
const rejecting = async () => throwing();

describe.each([
  ['throws', throwing],
  ['returns a promise that is rejected', rejecting],
])('G7 a logger that %s breaks nothing', (_what, log) => {
  it('before, in and after an outage', async () => {
    let calls = 0;
    const count = () => {
      calls++;
      return log();
    };
    const logger: Logger = { debug: count, info: count, warn: count, error: count };
    const keystamp = await own.open({ logger });
    const { apiKey, key } = await own.issueKnown(keystamp);
    await keystamp.flush();
    const before = calls;
    await own.server.stop('fast');
    await until(() => !keystamp.health().databaseReachable);
    expect(await keystamp.validateUserApiKey(apiKey)).toMatchObject({ valid: true });
    const usedFrom = Date.now();
    await expect(keystamp.listApiKeys()).rejects.toMatchObject({ code: 'database_unavailable' });
    await own.server.start();
    await until(() => isWritten(keystamp, key.id, usedFrom));
    expect(calls).toBeGreaterThan(before);
    await own.closeInstances();
  });
});

async function isWritten(keystamp: Keystamp, id: string, usedFrom: number): Promise<boolean> {
  const stored = await keystamp.getApiKey(id).catch(() => null);
  return (stored?.lastUsedAt?.getTime() ?? 0) > usedFrom - 100;
}
