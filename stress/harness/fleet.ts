import { durable } from '@keystamp/testing/postgres/durable';
import {
  type PostgresServer,
  type PostgresServerOptions,
  startPostgres,
} from '@keystamp/testing/postgres/server';
import { buildCore } from '@keystamp/testing/processes/child';
import { type Instance, startInstance } from '@keystamp/testing/processes/instances';
import type { IssuedApiKey, KeystampOptions } from 'keystamp';

/** Starts a server of the program's own and builds what its processes run. */
export async function startGround(
  options: PostgresServerOptions['options'] = {},
): Promise<PostgresServer> {
  buildCore();
  return startPostgres({ options: { ...durable, ...options } });
}

/** Starts instances one after the other: the first one migrates. */
export async function startFleet(
  size: number,
  options: KeystampOptions & { database: string },
  nodeOptions: string[] = [],
): Promise<Instance[]> {
  const instances: Instance[] = [];
  while (instances.length < size) instances.push(await startInstance(options, nodeOptions));
  return instances;
}

/** Keys that every instance knows and answers for from memory. */
export async function issueKnown(
  instances: readonly Instance[],
  count: number,
  input: { userId?: string; scopes?: string[] } = {},
): Promise<IssuedApiKey[]> {
  const [first] = instances as [Instance, ...Instance[]];
  const issued: IssuedApiKey[] = [];
  while (issued.length < count) {
    const some = Math.min(100, count - issued.length);
    const user = input.userId ?? `user ${Math.floor(issued.length / 500)}`;
    const given = { input: { name: 'A key', ...input, userId: user }, count: some };
    issued.push(...(await first.tell('create', given)));
  }
  const apiKeys = issued.map(({ apiKey }) => apiKey);
  // What was read before its own creation was heard of is read once more.
  await Promise.all(instances.map((instance) => learn(instance, apiKeys)));
  return issued;
}

async function learn(instance: Instance, apiKeys: string[]): Promise<void> {
  const misses = async () => (await instance.tell('health')).counts.cacheMisses;
  for (let before = -1, quiet = 0; quiet < 3; ) {
    await instance.tell('validate', { apiKeys });
    const now = await misses();
    quiet = now === before ? quiet + 1 : 0;
    before = now;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

export async function endFleet(instances: readonly Instance[]): Promise<void> {
  await Promise.all(instances.map((instance) => instance.end('SIGTERM')));
}
