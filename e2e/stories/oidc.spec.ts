import { type IdentityProvider, startIdentityProvider } from '@keystamp/testing/identity-provider';
import { freePort } from '@keystamp/testing/network/free-port';
import type { Page } from '@playwright/test';
import type { DatabaseKind } from '../support/databases.ts';
import { admin, seed } from '../support/seed.ts';
import { expect, expectAccessible, rowOf, test, withServer } from '../support/story.ts';
import { storyKeys } from '../support/story-keys.ts';

const ada = { sub: 'ada', email: admin.email, email_verified: true };
const rosa = { sub: 'rosa', email: 'rosa@example.com', email_verified: true };

/** A server of a story's own beside a real provider of OpenID Connect. */
async function withProvider(
  database: DatabaseKind,
  work: (url: string, provider: IdentityProvider) => Promise<void>,
): Promise<void> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const provider = await startIdentityProvider({ redirectOrigins: [url] });
  const env = {
    KEYSTAMP_PORT: String(port),
    KEYSTAMP_PUBLIC_URL: url,
    KEYSTAMP_ADMIN_EMAIL: admin.email,
    KEYSTAMP_ADMIN_PASSWORD: admin.password,
    ...provider.env,
  };
  try {
    const prepare = (opened: Parameters<typeof seed>[0]) => seed(opened, storyKeys);
    await withServer(database, { prepare, env }, () => work(url, provider));
  } finally {
    await provider.stop();
  }
}

const linkTo = (page: Page, { issuer }: IdentityProvider) =>
  page.getByRole('link', { name: `Sign in with ${new URL(issuer).host}` });

async function signOut(page: Page, email: string): Promise<void> {
  await page.getByRole('button', { name: `Account of ${email}` }).click();
  await page.getByRole('menuitem', { name: 'Sign out' }).click();
  await expect(page.getByRole('heading', { name: 'Sign in' })).toBeVisible();
}

test('@main in by the provider, and plain words where it does not work', async ({
  page,
  database,
}) => {
  test.slow();
  await withProvider(database, async (url, provider) => {
    const link = linkTo(page, provider);

    await test.step('while the provider is away the password works', async () => {
      await provider.stop();
      await page.goto(`${url}/account`);
      await link.click();
      await expect(page.getByRole('alert')).toContainText('does not answer');
      await expectAccessible(page);
      await page.getByLabel('E-mail').fill(admin.email);
      await page.getByLabel('Password').fill(admin.password);
      await page.getByRole('button', { name: 'Sign in' }).click();
      await expect(page).toHaveURL(`${url}/account`);
      await signOut(page, admin.email);
      await provider.start();
    });

    await test.step('by keyboard, back to where one wanted to go', async () => {
      provider.person = ada;
      await page.goto(`${url}/users`);
      await expect(link).toBeVisible();
      await expectAccessible(page);
      await page.getByRole('button', { name: 'Sign in' }).focus();
      await page.keyboard.press('Tab');
      await expect(link).toBeFocused();
      await page.keyboard.press('Enter');
      await expect(page.getByRole('heading', { name: 'Users' })).toBeVisible();
      await expect(page).toHaveURL(`${url}/users`);
    });

    await test.step('the way back, once signed in, is no sign-in that failed', async () => {
      await page.goto(`${url}/sign-in?oidc=expired&next=%2Fusers`);
      await expect(page.getByRole('heading', { name: 'Users' })).toBeVisible();
      await page.goto(`${url}/sign-in?oidc=other_identity`);
      await expect(page.getByRole('alert')).toContainText('signs in as somebody else');
      await expect(page.getByText(`${admin.email} is signed in in this browser.`)).toBeVisible();
      await expectAccessible(page);
      await page.getByRole('link', { name: 'Go on as this user' }).click();
      await expect(page.getByRole('heading', { name: 'API keys' })).toBeVisible();
    });

    await test.step('somebody without an account, who then says no', async () => {
      await signOut(page, admin.email);
      provider.person = rosa;
      await link.click();
      await expect(page.getByRole('alert')).toContainText('There is no active account');
      await expectAccessible(page);
      provider.person = null;
      await link.click();
      await expect(page.getByRole('alert')).toContainText('cancelled or denied');
    });
  });
});

test('signed out meanwhile: by the provider and back to the same view', async ({
  page,
  database,
}) => {
  await withProvider(database, async (url, provider) => {
    provider.person = ada;
    await page.goto(`${url}/sign-in`);
    await linkTo(page, provider).click();
    await page.getByRole('searchbox').fill('Billing');
    await expect(page).toHaveURL(/q=Billing/);
    const view = page.url();
    await page.context().clearCookies();
    await page.getByRole('button', { name: 'Actions for Billing export' }).click();
    await page.getByRole('menuitem', { name: 'Revoke…' }).click();
    const dialog = page.getByRole('dialog', { name: 'You have been signed out' });
    await expect(dialog).toBeVisible();
    await expectAccessible(page);
    await linkTo(page, provider).click();
    await expect(rowOf(page, 'Billing export')).toBeVisible();
    await expect(dialog).toHaveCount(0);
    expect(page.url()).toBe(view);
  });
});

test('a user without a password is added, signs in, and has none to change', async ({
  page,
  database,
}) => {
  await withProvider(database, async (url, provider) => {
    const host = new URL(provider.issuer).host;
    provider.person = ada;
    await page.goto(`${url}/users`);
    await linkTo(page, provider).click();
    await page.getByRole('button', { name: 'Add user' }).click();
    const dialog = page.getByRole('dialog');
    await expect(dialog).toContainText(`Without one the user signs in with ${host}.`);
    await dialog.getByLabel('E-mail').fill(rosa.email);
    await dialog.getByRole('button', { name: 'Add user' }).click();
    await expect(page.getByText(rosa.email, { exact: true })).toBeVisible();
    await signOut(page, admin.email);
    provider.person = rosa;
    await linkTo(page, provider).click();
    await page.getByRole('button', { name: `Account of ${rosa.email}` }).click();
    await page.getByRole('menuitem', { name: 'Account', exact: true }).click();
    await expect(page.getByText(`you sign in with ${host}`)).toBeVisible();
    await expect(page.getByLabel('Current password')).toHaveCount(0);
    await expectAccessible(page);
  });
});
