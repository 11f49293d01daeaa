import { startIdentityProvider } from '@keystamp/testing/identity-provider';
import { freePort } from '@keystamp/testing/network/free-port';
import type { BrowserContext, Page } from '@playwright/test';
import { pathProxies } from '../../packages/server/test/gateways/path-proxies.js';
import { isMissing } from '../../packages/server/test/gateways/proxy.js';
import type { DatabaseKind } from '../support/databases.ts';
import { callWith } from '../support/keys.ts';
import type { KeystampServer } from '../support/keystamp-server.ts';
import { admin, seed } from '../support/seed.ts';
import { expect, expectAccessible, rowOf, signIn, test, withServer } from '../support/story.ts';
import { storyKeys } from '../support/story-keys.ts';

const hedy = { email: 'hedy@example.com', password: 'nobody guesses this one' };

/** The host of `deploy/path`: nginx passes `/keys/` on to a new Keystamp, and takes `/test/keys/` off for another one. */
async function withHost(
  database: DatabaseKind,
  env: Readonly<Record<string, string>>,
  origin: string,
  work: (keys: KeystampServer, test: KeystampServer) => Promise<void>,
): Promise<void> {
  const ports = { keys: await freePort(), test: await freePort() };
  const proxy = pathProxies['nginx']?.({
    ...ports,
    proxy: Number(new URL(origin).port),
    // Nothing else.
    site: await freePort(),
  });
  const prepare = (opened: Parameters<typeof seed>[0]) => seed(opened, storyKeys);
  const ofKeys = {
    ...env,
    KEYSTAMP_PORT: String(ports.keys),
    KEYSTAMP_PUBLIC_URL: `${origin}/keys/`,
    KEYSTAMP_TRUST_PROXY: '127.0.0.1',
  };
  const ofTest = {
    KEYSTAMP_PORT: String(ports.test),
    KEYSTAMP_PUBLIC_URL: `${origin}/test/keys/`,
    KEYSTAMP_TRUST_PROXY: '127.0.0.1',
    KEYSTAMP_ADMIN_EMAIL: admin.email,
    KEYSTAMP_ADMIN_PASSWORD: admin.password,
  };
  try {
    await withServer(database, { prepare, env: ofKeys }, (keys) =>
      withServer(database, { prepare, env: ofTest }, (second) => work(keys, second)),
    );
  } finally {
    await proxy?.end();
  }
}

async function signOut(page: Page, email: string): Promise<void> {
  await page.getByRole('button', { name: `Account of ${email}` }).click();
  await page.getByRole('menuitem', { name: 'Sign out' }).click();
  await expect(page.getByRole('heading', { name: 'Sign in' })).toBeVisible();
}

async function chooseTheme(page: Page, email: string, theme: string): Promise<void> {
  await page.getByRole('button', { name: `Account of ${email}` }).click();
  await page.getByRole('menuitemradio', { name: theme }).click();
}

/** The paths of the cookies that hold a session. */
async function sessionsOf(context: BrowserContext): Promise<string[]> {
  const cookies = await context.cookies();
  return cookies
    .filter(({ name }) => name === 'keystamp')
    .map(({ path }) => path)
    .sort();
}

test('@main two Keystamps below two paths of one host', async ({ page, context, database }) => {
  test.slow();
  test.skip(database !== 'embedded' || isMissing('nginx'), 'once, and where nginx is installed');
  const origin = `http://127.0.0.1:${await freePort()}`;
  const provider = await startIdentityProvider({ redirectOrigins: [`${origin}/keys`] });
  try {
    await withHost(database, provider.env, origin, async (keys, second) => {
      expect([keys.url, second.url]).toEqual([`${origin}/keys`, `${origin}/test/keys`]);

      await test.step('set-up by the link that was printed', async () => {
        await page.goto(keys.setupLink ?? '');
        await expect(page).toHaveURL(`${keys.url}/setup`);
        await page.getByLabel('E-mail').fill(hedy.email);
        await page.getByLabel('Password', { exact: true }).fill(hedy.password);
        await page.getByLabel('Repeat the password').fill(hedy.password);
        await page.getByRole('button', { name: 'Set up' }).click();
        await signIn(page, keys.url, hedy);
        await expect(page).toHaveURL(`${keys.url}/`);
      });

      await test.step('a key, and the line to try it with', async () => {
        await page.getByRole('button', { name: 'Create key' }).click();
        await page.getByRole('textbox', { name: 'Name' }).fill('Shop front');
        await page.getByRole('dialog').getByRole('button', { name: 'Create key' }).click();
        const issued = await page.getByRole('textbox', { name: 'The key' }).inputValue();
        await expect(page.getByLabel('A curl line')).toHaveValue(
          `curl -i -H 'X-API-Key: ${issued}' ${keys.url}/verify`,
        );
        await page.getByRole('button', { name: 'Copy key' }).click();
        await page.getByRole('button', { name: 'Done' }).click();
        expect(await callWith(keys.url, issued)).toBe(204);
        expect(await callWith(second.url, issued)).toBe(401);
        await expect(rowOf(page, 'Shop front').getByText('just now')).toBeVisible();
      });

      await test.step('addresses below the path', async () => {
        await page.getByRole('searchbox').fill('Shop');
        await expect(page).toHaveURL(`${keys.url}/?q=Shop`);
        await page.reload();
        await expect(rowOf(page, 'Shop front')).toBeVisible();
        await page.goto(`${keys.url}/users`);
        await expect(page.getByRole('heading', { name: 'Users' })).toBeVisible();
        await expectAccessible(page);
        await page.getByRole('link', { name: 'API keys' }).click();
        await expect(page).toHaveURL(`${keys.url}/`);
        await page.goto(`${keys.url}/nowhere`);
        await page.getByRole('link', { name: 'To the API keys' }).click();
        await expect(page).toHaveURL(`${keys.url}/`);
        await chooseTheme(page, hedy.email, 'Dark theme');
      });

      await test.step('the other one is another place', async () => {
        const other = await context.newPage();
        await other.goto(second.url);
        await expect(other.getByRole('heading', { name: 'Sign in' })).toBeVisible();
        await expect(other).toHaveURL(`${second.url}/sign-in`);
        await signIn(other, second.url);
        await expect(rowOf(other, 'Billing export')).toBeVisible();
        expect(await sessionsOf(context)).toEqual(['/keys/', '/test/keys/']);
        await expect(other.locator('html')).not.toHaveAttribute('data-theme');
        await chooseTheme(other, admin.email, 'Light theme');
        await signOut(other, admin.email);
        expect(await sessionsOf(context)).toEqual(['/keys/']);
        await other.close();
        await page.reload();
        await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
        await expect(rowOf(page, 'Shop front')).toBeVisible();
      });

      await test.step('out, and in by the provider to where one wanted to go', async () => {
        await signOut(page, hedy.email);
        await expect(page).toHaveURL(`${keys.url}/sign-in`);
        expect(await sessionsOf(context)).toEqual([]);
        provider.person = { sub: 'hedy', email: hedy.email, email_verified: true };
        await page.goto(`${keys.url}/users`);
        await expect(page).toHaveURL(`${keys.url}/sign-in?next=%2Fusers`);
        await page.getByRole('link', { name: 'Sign in with' }).click();
        await expect(page.getByRole('heading', { name: 'Users' })).toBeVisible();
        await expect(page).toHaveURL(`${keys.url}/users`);
      });

      await test.step('out meanwhile: back to the same view', async () => {
        await page.goto(`${keys.url}/?q=Billing`);
        await expect(rowOf(page, 'Billing export')).toBeVisible();
        await context.clearCookies({ path: '/keys/' });
        await page.getByRole('button', { name: 'Actions for Billing export' }).click();
        await page.getByRole('menuitem', { name: 'Revoke…' }).click();
        const dialog = page.getByRole('dialog', { name: 'You have been signed out' });
        await dialog.getByRole('link', { name: 'Sign in with' }).click();
        await expect(rowOf(page, 'Billing export')).toBeVisible();
        await expect(page).toHaveURL(`${keys.url}/?q=Billing`);
      });
    });
  } finally {
    await provider.stop();
  }
});
