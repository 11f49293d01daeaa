import { randomBytes } from 'node:crypto';
import { Agent } from 'node:http';
import type { IssuedApiKey } from 'keystamp';
import { judge } from './judge.js';
import type { Keys } from './keys.js';
import { type Sent, send } from './send.js';
import { hashOf } from './service.js';

/** What is sent, and what the answer must be behind every proxy. */
export interface Case {
  readonly name: string;
  readonly expected: string;
  /** nginx before 1.23 reads the first of two headers of one name, and passes neither on. */
  readonly notBehindNginx?: true;
  run(port: number, keys: Keys): Promise<string>;
}

const x = ({ apiKey }: IssuedApiKey) => ['X-API-Key', apiKey];
const bearer = ({ apiKey }: IssuedApiKey) => ['Authorization', `Bearer ${apiKey}`];
const basic = (name: string, password: string) => [
  'Authorization',
  `Basic ${Buffer.from(`${name}:${password}`).toString('base64')}`,
];
const MADE_UP = ['X-Keystamp-User', 'root', 'X-Keystamp-Key-Id', 'root', 'X-Keystamp-Scopes', '*'];
const UNDERSCORED = ['X_Keystamp_User', 'root', 'X-Keystamp_Scopes', '*', 'x_keystamp-key_id', '1'];

const LARGE = Array.from({ length: 4 }, (_, i) => [`X-Large-${i}`, 'x'.repeat(3000)]).flat();

/** Refused by Keystamp with this status; the service is not reached. */
const refused = (name: string, expected: string, sent: (keys: Keys) => Sent): Case => ({
  name,
  expected,
  run: async (port, keys) => judge(await send(port, sent(keys)), null),
});

/** Reaches the service, which is told of the key's user. */
const passed = (name: string, sent: (keys: Keys) => Sent, by: keyof Keys = 'ada'): Case => ({
  name,
  expected: '200',
  run: async (port, keys) => judge(await send(port, sent(keys)), keys[by]),
});

/** More than what nginx takes by default, and more than each of the buffers on the way. */
const BODY = randomBytes(2_500_000);
const withBody = (name: string, isChunked: boolean): Case => ({
  name,
  expected: '200',
  run: async (port, keys) => {
    const answer = await send(port, { headers: x(keys.ada), body: BODY, isChunked });
    const isWhole = answer.seen?.bodyHash === hashOf(BODY);
    return judge(answer, keys.ada) + (isWhole ? '' : ', another body');
  },
});

/** The callers of many requests, each judged by its own key. */
async function manySent(port: number, keys: Keys, agent: Agent, count: number, atOnce: boolean) {
  const one = async (i: number) => {
    const by = i % 2 === 0 ? keys.ada : keys.free;
    return judge(await send(port, { headers: x(by), agent }), by);
  };
  const outcomes: string[] = [];
  const numbers = Array.from({ length: count }, (_, i) => i);
  if (atOnce) outcomes.push(...(await Promise.all(numbers.map(one))));
  else for (const i of numbers) outcomes.push(await one(i));
  agent.destroy();
  return [...new Set(outcomes)].join('; ');
}

export const cases: readonly Case[] = [
  passed('a key in X-API-Key', ({ ada }) => ({ headers: x(ada) })),
  passed('a key as Authorization: Bearer', ({ ada }) => ({ headers: bearer(ada) })),
  passed('a key in both', ({ ada }) => ({ headers: [...x(ada), ...bearer(ada)] })),
  passed('a key as the password of Basic', ({ ada }) => ({ headers: basic('git', ada.apiKey) })),
  passed('a key in Basic without a user name', ({ ada }) => ({ headers: basic('', ada.apiKey) })),
  passed('a key without scopes', ({ free }) => ({ headers: x(free) }), 'free'),
  passed('a key of a user with letters beyond ASCII', ({ odd }) => ({ headers: x(odd) }), 'odd'),
  passed('a key with 50 long scopes', ({ many }) => ({ headers: x(many) }), 'many'),
  refused('no key', '401', () => ({})),
  refused('garbage', '401', () => ({ headers: ['X-API-Key', 'ks_garbage,"é'] })),
  refused('an empty X-API-Key', '401', () => ({ headers: ['X-API-Key', ''] })),
  refused('garbage in Basic', '401', () => ({ headers: ['Authorization', 'Basic garbage'] })),
  refused('a key as the user name of Basic', '401', ({ ada }) => ({
    headers: basic(ada.apiKey, ''),
  })),
  refused('X-API-Key and another key in Basic', '400', ({ ada, free }) => ({
    headers: [...x(ada), ...basic('git', free.apiKey)],
  })),
  refused('a revoked key', '401', ({ revoked }) => ({ headers: x(revoked) })),
  refused('a key without the scope', '403', ({ unscoped }) => ({ headers: x(unscoped) })),
  refused('two different keys', '400', ({ ada, free }) => ({
    headers: [...x(ada), ...bearer(free)],
  })),
  {
    ...refused('X-API-Key twice', '400', ({ ada, free }) => ({ headers: [...x(ada), ...x(free)] })),
    notBehindNginx: true,
  },
  {
    ...refused('a key beside garbage', '400', ({ ada }) => ({
      headers: ['X-API-Key', 'a', ...x(ada)],
    })),
    notBehindNginx: true,
  },
  refused('Authorization twice', '400', ({ ada, free }) => ({
    headers: [...bearer(ada), ...bearer(free)],
  })),
  refused('a key in the query, and one in its place', '400', ({ ada }) => ({
    headers: x(ada),
    path: `/orders/7?token=${ada.apiKey}`,
  })),
  refused('a key in the path', '400', ({ ada }) => ({ path: `/orders/${ada.apiKey}` })),
  passed('X-Keystamp-* of the client beside a key', ({ ada }) => ({
    headers: [...MADE_UP, ...x(ada), ...MADE_UP],
  })),
  passed('X_Keystamp_* of the client beside a key', ({ ada }) => ({
    headers: [...UNDERSCORED, ...x(ada)],
  })),
  passed(
    'X-Keystamp-* of the client beside a key without scopes',
    ({ free }) => ({ headers: [...MADE_UP, ...x(free)] }),
    'free',
  ),
  refused('X-Keystamp-* of the client without a key', '401', () => ({ headers: MADE_UP })),
  passed('Connection: X-Keystamp-Scopes, which asks to drop it', ({ ada }) => ({
    headers: ['Connection', 'X-Keystamp-Scopes', 'Connection', 'x-keystamp-user', ...x(ada)],
  })),
  passed('12 kB of other headers', ({ ada }) => ({ headers: [...x(ada), ...LARGE] })),
  refused('12 kB of other headers without a key', '401', () => ({ headers: LARGE })),
  withBody('a body of 2.5 MB', false),
  withBody('a body of 2.5 MB in chunks', true),
  {
    ...passed('a 500 of the service', ({ ada }) => ({ headers: x(ada), path: '/orders/fault' })),
    expected: '500',
  },
  {
    name: '20 requests of two users on one connection',
    expected: '200',
    run: (port, keys) =>
      manySent(port, keys, new Agent({ keepAlive: true, maxSockets: 1 }), 20, false),
  },
  {
    name: '50 requests of two users at once',
    expected: '200',
    run: (port, keys) => manySent(port, keys, new Agent({ keepAlive: true }), 50, true),
  },
];
