import { AxeBuilder } from '@axe-core/playwright';
import { test as base, expect, type Page } from '@playwright/test';
import type { Database } from 'keystamp/database';
import { createStoryDatabase, type DatabaseKind } from './databases.ts';
import { type KeystampServer, startServer } from './keystamp-server.ts';
import { admin, seed } from './seed.ts';
import { storyKeys } from './story-keys.ts';

export interface StoryOptions {
  /** What the servers of this project run on. */
  database: DatabaseKind;
}

interface WorkerFixtures extends StoryOptions {
  /** One server for the stories of a worker, with an administrator and the keys of `story-keys.ts`. */
  server: KeystampServer;
  /** The administrator's session, shared by the stories of a worker. */
  session: SessionCookie;
}

interface SessionCookie {
  readonly name: string;
  readonly value: string;
}

interface StoryFixtures {
  /** Signed in as the administrator, on the list of all keys. */
  keysPage: Page;
}

export const test = base.extend<StoryFixtures, WorkerFixtures>({
  database: ['embedded', { scope: 'worker', option: true }],
  server: [
    async ({ database }, use) => {
      await withServer(database, { prepare: (opened) => seed(opened, storyKeys) }, use);
    },
    { scope: 'worker', timeout: 60_000 },
  ],
  baseURL: async ({ server }, use) => use(server.url),
  page: async ({ page }, use) => {
    const faults = watchForFaults(page);
    await use(page);
    // The page refreshes by itself: an answer that a story changes may be on its way when the story ends.
    await page.unrouteAll({ behavior: 'ignoreErrors' });
    expect(faults).toEqual([]);
  },
  session: [async ({ server }, use) => use(await signInByApi(server.url)), { scope: 'worker' }],
  keysPage: async ({ page, server, session }, use) => {
    await page.context().addCookies([{ ...session, url: server.url }]);
    await page.goto(server.url);
    await expect(rowOf(page, 'Billing export')).toBeVisible();
    await use(page);
  },
});

export { expect };

interface ServerSetting {
  prepare?(database: Database): Promise<void>;
  env?: Readonly<Record<string, string>>;
}

/** A server of one's own over a fresh database, which is prepared before the server has it. */
export async function withServer(
  kind: DatabaseKind,
  { prepare, env }: ServerSetting,
  work: (server: KeystampServer) => Promise<void>,
): Promise<void> {
  const storyDatabase = await createStoryDatabase(kind);
  if (prepare !== undefined) {
    const opened = await storyDatabase.open();
    await prepare(opened);
    await opened.end();
  }
  const administrator = {
    KEYSTAMP_ADMIN_EMAIL: admin.email,
    KEYSTAMP_ADMIN_PASSWORD: admin.password,
  };
  const server = await startServer({ env: { ...storyDatabase.env, ...(env ?? administrator) } });
  try {
    await work(server);
  } finally {
    await server.stop();
    await storyDatabase.remove();
  }
}

/** Violations of the Content-Security-Policy and errors that nobody caught fail the story. */
function watchForFaults(page: Page): string[] {
  const faults: string[] = [];
  page.on('pageerror', (error) => faults.push(`uncaught: ${error.message}`));
  page.on('console', (message) => {
    if (/Content Security Policy|Trusted/i.test(message.text())) faults.push(message.text());
  });
  return faults;
}

async function signInByApi(url: string): Promise<SessionCookie> {
  const answer = await fetch(`${url}/api/auth/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: url },
    body: JSON.stringify(admin),
  });
  const [name, value] = (answer.headers.getSetCookie()[0] ?? '').split(';', 1)[0]?.split('=') ?? [];
  if (!name || !value) throw new Error(`Signing in answered ${answer.status} and set no cookie`);
  return { name, value };
}

export async function signIn(page: Page, url: string, { email, password } = admin): Promise<void> {
  await page.goto(`${url}/sign-in`);
  await page.getByLabel('E-mail').fill(email);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page.getByRole('heading', { name: 'API keys' })).toBeVisible();
}

/** No finding of axe, best practices included, in the page as it stands. */
export async function expectAccessible(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  const findings = violations.map(
    ({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' | ')}`,
  );
  expect(findings).toEqual([]);
}

/** The row of one key, by its name. */
export function rowOf(page: Page, name: string) {
  return page.getByRole('row').filter({ has: page.getByText(name, { exact: true }) });
}

/** Opens the menu of a key and chooses from it. */
export async function chooseAction(page: Page, name: string, action: string): Promise<void> {
  await page.getByRole('button', { name: `Actions for ${name}`, exact: true }).click();
  await page.getByRole('menuitem', { name: action }).click();
}
