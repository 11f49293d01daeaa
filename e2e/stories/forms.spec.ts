import { chromium, type Page } from '@playwright/test';
import { wholeChromiumLaunch } from '../support/chromium.ts';
import { watchForms } from '../support/form-watch.ts';
import { admin, seed } from '../support/seed.ts';
import { chooseAction, expect, signIn, test, withServer } from '../support/story.ts';
import { storyKeys } from '../support/story-keys.ts';

const launch = wholeChromiumLaunch();

/** Each form of the page, opened one after the other. */
async function walk(page: Page, url: string, look: (form: string) => Promise<void>): Promise<void> {
  const press = (name: string) => page.getByRole('button', { name, exact: true }).click();
  const leave = () => press('Close');
  await page.goto(`${url}/sign-in`);
  await expect(page.getByLabel('Password')).toBeVisible();
  await look('sign in');
  await signIn(page, url);
  await look('search of keys');

  await press('Create key');
  await look('create a key');
  await page.getByLabel('Expires').selectOption({ label: 'On a day…' });
  await look('create a key until a date');
  await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click();
  for (const action of ['Edit…', 'Rotate…', 'Revoke…']) {
    await chooseAction(page, 'Billing export', action);
    await look(action);
    await page.keyboard.press('Escape');
    await expect(page.getByRole('dialog').or(page.getByRole('alertdialog'))).toHaveCount(0);
  }

  await page.getByRole('link', { name: 'Users' }).click();
  await expect(page.getByRole('searchbox', { name: 'Search users' })).toBeVisible();
  await look('search of users');
  await press('Add user');
  await page.getByRole('textbox', { name: 'Password' }).fill('an initial passphrase');
  await page.getByRole('textbox', { name: 'Repeat' }).fill('an initial passphrase');
  await look('add a user');
  await page.getByRole('textbox', { name: 'E-mail' }).fill('rosa@example.com');
  await page.getByRole('dialog').getByRole('button', { name: 'Add user' }).click();
  await chooseAction(page, 'rosa@example.com', 'Set a new password…');
  await look('set the password of another');
  await leave();

  await page.goto(`${url}/account`);
  await expect(page.getByLabel('Current password')).toBeVisible();
  await look('change the own password');
  await page.context().clearCookies();
  await page.getByLabel('Current password').fill('any');
  await page.getByLabel('New password').fill('any that is long enough');
  await page.getByLabel('Repeat the password').fill('any that is long enough');
  await press('Change password');
  await expect(page.getByRole('dialog', { name: 'You have been signed out' })).toBeVisible();
  await look('sign in again');
}

test('Chromium has nothing to say about any form', async ({ database }) => {
  test.skip(launch === null, 'needs Chromium with its password manager, as /usr/bin/chromium');
  test.slow();
  const prepare = (opened: Parameters<typeof seed>[0]) => seed(opened, storyKeys);
  const browser = await chromium.launch(launch ?? {});
  try {
    await withServer(database, { prepare }, async ({ url }) => {
      const page = await browser.newPage();
      const forms = await watchForms(page);
      await walk(page, url, async (form) => expect(await forms.findings(), form).toEqual([]));
    });
    await withServer(database, { env: {} }, async ({ setupLink }) => {
      const page = await browser.newPage();
      const forms = await watchForms(page);
      await page.goto(setupLink ?? '');
      await expect(page.getByLabel('E-mail')).toBeVisible();
      expect(await forms.findings(), 'set up').toEqual([]);
    });
  } finally {
    await browser.close();
  }
});

test('a password that is set for another is of that account, to a password manager', async ({
  keysPage: page,
  server,
}) => {
  await page.goto(`${server.url}/account`);
  const form = page.locator('form').filter({ has: page.getByLabel('Current password') });
  const account = form.locator('[autocomplete=username]');
  await expect(account).toHaveValue(admin.email);
  await expect(account).toHaveAttribute('type', 'text');
  await page.goto(`${server.url}/users`);
  const name = 'Actions for grace@example.com';
  await page.getByRole('button', { name, exact: true }).click();
  await page.getByRole('menuitem', { name: /password/ }).click();
  await expect(page.getByRole('dialog').locator('[autocomplete=username]')).toHaveValue(
    'grace@example.com',
  );
});
