import type { Server } from 'node:http';
import type { RunningTree } from '../../../packages/core/test/fleet/revision.js';
import { until } from '../../../packages/core/test/support/until.js';
import { judge } from './judge.js';
import type { CreatedKey } from './keys.js';
import { type Answer, send } from './send.js';

/** One row of the table that needs Keystamp to be away. */
export interface OutageCase {
  readonly name: string;
  readonly expected: string;
  readonly found: string;
}

/** Asks behind a proxy while Keystamp hangs, is back, is stopped, and while the service is. Both are stopped in the end. */
export async function outages(
  port: number,
  keystamp: RunningTree,
  service: Server,
  by: CreatedKey,
): Promise<OutageCase[]> {
  const ask = () => send(port, { headers: ['X-API-Key', by.apiKey] });
  const found: OutageCase[] = [];
  process.kill(keystamp.pid, 'SIGSTOP');
  const beganAt = performance.now();
  const hanging = await ask().finally(() => process.kill(keystamp.pid, 'SIGCONT'));
  const seconds = (performance.now() - beganAt) / 1000;
  const isInTime = seconds < 5;
  found.push({
    name: 'Keystamp hangs (SIGSTOP), answered within 5 s',
    expected: '503',
    found: judge(hanging, null) + (isInTime ? '' : `, after ${seconds.toFixed(1)} s`),
  });
  const back = await until(async () => goodOrNull(await ask()), {
    what: 'the proxy to pass again',
  });
  found.push({ name: 'Keystamp is back', expected: '200', found: judge(back, by) });
  await stop(service);
  found.push({
    name: 'the service is stopped',
    expected: '502 or 503 of its own',
    found: ownFault(await ask()),
  });
  await keystamp.stop();
  found.push({ name: 'Keystamp is stopped', expected: '503', found: judge(await ask(), null) });
  return found;
}

function stop(service: Server): Promise<unknown> {
  service.closeAllConnections();
  return new Promise((resolve) => service.close(resolve));
}

/** 502, or 503 behind HAProxy: told from Keystamp's by its Retry-After. */
function ownFault({ status, headers }: Answer): string {
  const isOwn = (status === 502 || status === 503) && headers['retry-after'] === undefined;
  return isOwn ? '502 or 503 of its own' : `${status}, as if Keystamp were away`;
}

function goodOrNull(answer: Answer): Answer | null {
  return answer.status === 200 ? answer : null;
}
