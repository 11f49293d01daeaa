/**
 * Requests made from the API document, such as fit it and such as do not, to a real server on PostgreSQL: every answer has to
 * be one that the document describes, and none is a fault of the server. `npm run stress -- fuzz [requests] [seed...]`; by
 * default 10,000, with a seed of today. It ends with 1 where an answer is not described.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ApiDocument } from '@keystamp/testing/api-document/document';
import { describeFault, fuzz } from '@keystamp/testing/fuzz/fuzz';
import type { Root } from '@keystamp/testing/fuzz/world';
import { createKeystamp } from 'keystamp';
import { buildApp, openLog, readConfig } from '../../packages/server/dist/index.js';
import { migrateServerUp } from '../../packages/server/dist/schema/schema.js';
import { insertUser } from '../../packages/server/dist/sql/insert-user.js';
import { prepare } from '../harness/ground.js';
import { introduce, print, startTable } from '../harness/report.js';

const [requests = '10000', ...given] = process.argv.slice(2);
const seeds =
  given.length > 0 ? given : [new Date().toISOString().slice(0, 10).replaceAll('-', '')];
const EMAIL = 'root@example.com';
const PASSWORD = 'correct horse battery';
/** Refusals for too much would hide all others. */
const OFTEN = { KEYSTAMP_KEY_CHANGES_PER_MINUTE: '100000', KEYSTAMP_KEY_CHANGES_AT_ONCE: '1000' };
const UNLIMITED = {
  slowFrom: 4,
  holdMs: 0,
  longestHoldMs: 0,
  perAccountAndAddress: 10,
  perAddress: 1_000_000,
  perSite: 1_000_000,
  refusedForMs: 5_000,
  refusalHoldMs: 0,
  refusalGapMs: 0,
  longestRefusalHoldMs: 0,
};

/** Some requests open it. */
const page = mkdtempSync(join(tmpdir(), 'keystamp-page-'));
writeFileSync(join(page, 'index.html'), '<title>The page</title>');

const ground = await prepare(0);
await introduce(`${requests} requests made from the API document`, ground.server);
await migrateServerUp(ground.database);
const keystamp = await createKeystamp({ database: ground.server.url });
const { app, origin, logged } = await startServer();
const root = await signIn();
const answer = await fetch(`${origin}/openapi.json`);
const document = (await answer.json()) as ApiDocument;

const row = startTable(['seed', 'requests', 'kinds of answers', 'faults', 'seconds']);
for (const seed of seeds) {
  const from = performance.now();
  const { sent, answers, faults } = await fuzz({
    root,
    document,
    requests: Number(requests),
    seed: Number(seed),
  });
  const seconds = ((performance.now() - from) / 1_000).toFixed(1);
  row([seed, sent, answers.size, faults.length, seconds]);
  for (const fault of faults) print(describeFault(fault));
  if (faults.length > 0) process.exitCode = 1;
}
for (const line of logged) print(line);
await app.close();
await keystamp.close();
await ground.end();
rmSync(page, { recursive: true });

async function startServer() {
  const read = readConfig(OFTEN);
  if (!read.ok) throw new Error(read.errors.join('\n'));
  const logged: string[] = [];
  const logger = openLog('error', { write: (line: string) => logged.push(line) });
  const { config } = read;
  const strangerLimits = { gapMs: 0, freeMs: 1_000, longestHoldMs: 0 };
  const limits = { signInLimits: UNLIMITED, strangerLimits };
  const { app, context } = await buildApp({
    keystamp,
    config,
    logger,
    pageFolder: page,
    ...limits,
  });
  const passwordHash = await context.passwords.hash(PASSWORD);
  const user = { email: EMAIL, name: 'Root', passwordHash, isAdmin: true };
  await insertUser(keystamp.database, user);
  const origin = await app.listen({ host: '127.0.0.1', port: 0 });
  return { app, origin, logged };
}

/** Who prepares each round. */
async function signIn(): Promise<Root> {
  const answer = await fetch(`${origin}/api/auth/login`, {
    method: 'POST',
    headers: { origin, 'content-type': 'application/json' },
    body: JSON.stringify({ email: EMAIL, password: PASSWORD }),
  });
  if (!answer.ok) throw new Error(`sign-in: ${answer.status} ${await answer.text()}`);
  return { origin, cookie: answer.headers.getSetCookie()[0]?.split(';', 1)[0] as string };
}
