import type { Page } from '@playwright/test';
import { admin } from '../support/seed.ts';
import { expect, expectAccessible, rowOf, signIn, test } from '../support/story.ts';

const OTHER_USER = 'Another user is signed in now';
const GO_ON = 'Go on as the other user';

async function signOut(page: Page, email: string): Promise<void> {
  await page.getByRole('button', { name: `Account of ${email}` }).click();
  await page.getByRole('menuitem', { name: 'Sign out' }).click();
  await expect(page.getByRole('heading', { name: 'Sign in' })).toBeVisible();
}

/** Somebody who may sign in. */
async function addPerson(page: Page, url: string, name: string) {
  const person = { email: `${name}@example.com`, password: 'another long passphrase' };
  const headers = { origin: url };
  const answer = await page.request.post(`${url}/api/users`, { data: person, headers });
  expect(answer.status()).toBe(201);
  return person;
}

/** A tab where ada has half typed a key, and a second one where somebody else signs in. */
async function withTwoTabs(first: Page, url: string, name: string) {
  await signIn(first, url);
  const other = await addPerson(first, url, name);
  await first.getByRole('button', { name: 'Create key' }).click();
  await first.getByRole('textbox', { name: 'Name' }).fill(`Typed beside ${name}`);
  const second = await first.context().newPage();
  await second.goto(url);
  await signOut(second, admin.email);
  await expect(first.getByRole('dialog', { name: 'You have been signed out' })).toBeVisible();
  await signIn(second, url, other);
  return { second, other };
}

test('@main a second tab: each says who is signed in now, and what was typed is kept', async ({
  page: first,
  server,
}, { project }) => {
  test.slow();
  const name = `tab-${project.name}`;
  const { second, other } = await withTwoTabs(first, server.url, name);

  const dialog = first.getByRole('dialog', { name: OTHER_USER });
  await expect(dialog).toContainText(`${other.email} signed in in another tab`);
  await expect(dialog.getByRole('button', { name: GO_ON })).toBeVisible();
  await expectAccessible(first);
  await dialog.getByLabel('Password').fill(admin.password);
  await dialog.getByRole('button', { name: 'Sign in' }).click();
  await expect(dialog).toHaveCount(0);
  const field = first.getByRole('textbox', { name: 'Name' });
  await expect(field).toHaveValue(`Typed beside ${name}`);

  const turned = second.getByRole('dialog', { name: OTHER_USER });
  await expect(turned).toContainText(`${admin.email} signed in in another tab`);
  await turned.getByRole('button', { name: GO_ON }).click();
  await expect(rowOf(second, 'Billing export')).toBeVisible();
  await expect(turned).toHaveCount(0);

  await first.getByRole('dialog').getByRole('button', { name: 'Create key' }).click();
  await expect(first.getByRole('textbox', { name: 'The key' })).toBeVisible();
  const own = await first.request.get(`${server.url}/api/api-keys?limit=200`);
  expect(await own.text()).toContain(`Typed beside ${name}`);
});

test('a tab that hears of nothing sends nothing as another user', async ({ page: first, server }, {
  project,
}) => {
  // As in a browser that has no channel between tabs.
  await first.addInitScript(() => Reflect.deleteProperty(window, 'BroadcastChannel'));
  const name = `deaf-${project.name}`;
  await signIn(first, server.url);
  const other = await addPerson(first, server.url, name);
  await first.goto(`${server.url}/account`);
  await first.getByLabel('Current password').fill(admin.password);
  await first.getByLabel('New password').fill('what ada typed for herself');
  await first.getByLabel('Repeat the password').fill('what ada typed for herself');
  const second = await first.context().newPage();
  await second.goto(server.url);
  await signOut(second, admin.email);
  await signIn(second, server.url, other);

  await expect(first.getByRole('dialog')).toHaveCount(0);
  const refused = first.waitForResponse('**/api/auth/password');
  await first.getByRole('button', { name: 'Change password' }).click();
  expect((await refused).status()).toBe(409);
  const dialog = first.getByRole('dialog', { name: OTHER_USER });
  await expect(dialog).toContainText(other.email);
  await dialog.getByRole('button', { name: GO_ON }).click();
  await first.getByRole('button', { name: `Account of ${other.email}` }).click();
  await first.getByRole('menuitem', { name: 'Account and password' }).click();
  await expect(first.getByLabel('New password')).toHaveValue('');
});

test('signed in again in one tab, the others go on by themselves', async ({
  page: first,
  server,
}) => {
  await signIn(first, server.url);
  const second = await first.context().newPage();
  await second.goto(server.url);
  await signOut(second, admin.email);
  const dialog = first.getByRole('dialog', { name: 'You have been signed out' });
  await expect(dialog).toBeVisible();
  await signIn(second, server.url);
  await expect(dialog).toHaveCount(0);
  await expect(rowOf(first, 'Billing export')).toBeVisible();
});

test('a sign-out that the server does not hear of is said, and done when it is back', async ({
  page,
  server,
}) => {
  await signIn(page, server.url);
  await page.route('**/api/auth/logout', (route) => route.abort());
  await page.getByRole('button', { name: `Account of ${admin.email}` }).click();
  await page.getByRole('menuitem', { name: 'Sign out' }).click();
  const dialog = page.getByRole('dialog', { name: 'You are still signed in' });
  await expect(dialog.getByRole('alert')).toContainText('The server cannot be reached.');
  await expectAccessible(page);
  await page.unroute('**/api/auth/logout');
  await dialog.getByRole('button', { name: 'Sign out' }).click();
  await expect(page.getByRole('heading', { name: 'Sign in' })).toBeVisible();
  await page.goto(server.url);
  await expect(page.getByRole('heading', { name: 'Sign in' })).toBeVisible();
});
