import { callWith } from '../support/keys.ts';
import { seed } from '../support/seed.ts';
import { expect, expectAccessible, rowOf, test, withServer } from '../support/story.ts';
import { storyKeys } from '../support/story-keys.ts';

const administrator = { email: 'hedy@example.com', password: 'nobody guesses this one' };

test('@main from the set-up link to a revoked key that is refused', async ({ page, database }) => {
  test.slow();
  const prepare = (opened: Parameters<typeof seed>[0]) => seed(opened, storyKeys);
  await withServer(database, { prepare, env: {} }, async (server) => {
    await test.step('set-up', async () => {
      await page.goto(server.setupLink ?? '');
      await expect(page).toHaveURL(`${server.url}/setup`);
      await expectAccessible(page);
      await page.getByLabel('E-mail').fill(administrator.email);
      const password = page.getByLabel('Password', { exact: true });
      const repeat = page.getByLabel('Repeat the password');
      await password.fill('short');
      await repeat.fill('short');
      await page.getByRole('button', { name: 'Set up' }).click();
      await expect(page.getByRole('alert')).toHaveText('At least 12 characters.');
      await password.fill(administrator.password);
      await page.getByRole('button', { name: 'Set up' }).click();
      await expect(page.getByRole('alert')).toHaveText('Not the same as the password above.');
      await expect(repeat).toBeFocused();
      await repeat.fill(administrator.password);
      await page.getByRole('button', { name: 'Set up' }).click();
      await expect(page.getByRole('heading', { name: 'API keys' })).toBeVisible();
    });

    await test.step('sign out and in', async () => {
      await page.getByRole('button', { name: 'Account of hedy@example.com' }).click();
      await page.getByRole('menuitem', { name: 'Sign out' }).click();
      await expect(page.getByRole('heading', { name: 'Sign in' })).toBeVisible();
      await expectAccessible(page);
      await page.getByLabel('E-mail').fill(administrator.email);
      await page.getByLabel('Password').fill(administrator.password);
      await page.getByRole('button', { name: 'Sign in' }).click();
    });

    const apiKey = await test.step('create', async () => {
      await page.getByRole('button', { name: 'Create key' }).click();
      await page.getByRole('textbox', { name: 'Name' }).fill('Shop front');
      await expectAccessible(page);
      await page.getByRole('dialog').getByRole('button', { name: 'Create key' }).click();
      const issued = await page.getByRole('textbox', { name: 'The key' }).inputValue();
      await expectAccessible(page);
      await page.getByRole('button', { name: 'Copy key' }).click();
      await page.getByRole('button', { name: 'Done' }).click();
      await expect(rowOf(page, 'Shop front').getByText('never used')).toBeAttached();
      return issued;
    });

    await test.step('the use shows by itself', async () => {
      expect(await callWith(server.url, apiKey)).toBe(204);
      await expect(rowOf(page, 'Shop front').getByText('just now')).toBeVisible();
      await expectAccessible(page);
    });

    await test.step('stale keys', async () => {
      await page.getByRole('button', { name: 'Unused for 30 days' }).click();
      await expect(page.getByText('5 keys unused for 30 days', { exact: true })).toBeVisible();
      await expect(rowOf(page, 'Shop front')).toHaveCount(0);
      await page.getByRole('checkbox', { name: 'Select Old importer' }).check();
      await page.getByRole('checkbox', { name: 'Select Staging crawler' }).check();
      await page.getByRole('button', { name: 'Revoke…' }).click();
      await expectAccessible(page);
      await expect(page.getByText('Most recently used among them: Staging crawler')).toBeVisible();
      await page.getByRole('button', { name: 'Revoke 2 keys' }).click();
      await expect(page.getByRole('heading', { name: '2 of 2 revoked' })).toBeVisible();
      await expectAccessible(page);
      await page.getByRole('button', { name: 'Done' }).click();
      await expect(page.getByText('3 keys unused for 30 days', { exact: true })).toBeVisible();
    });

    await test.step('revoke the key in use: it is refused at once', async () => {
      await page.getByRole('button', { name: 'Unused for 30 days' }).click();
      await page.getByRole('button', { name: 'Actions for Shop front' }).click();
      await page.getByRole('menuitem', { name: 'Revoke' }).click();
      const dialog = page.getByRole('alertdialog');
      await expect(dialog).toContainText('Used just now: what uses it will stop working.');
      await expect(dialog.getByRole('button', { name: 'Revoke key' })).toBeDisabled();
      await expectAccessible(page);
      await dialog.getByLabel('Type its name').fill('Shop front');
      await dialog.getByRole('button', { name: 'Revoke key' }).click();
      await expect(rowOf(page, 'Shop front').getByText('Revoked')).toBeVisible();
      expect(await callWith(server.url, apiKey)).toBe(401);
    });

    expect(server.output()).not.toContain(apiKey);
  });
});

test('a set-up link without its token, and one that was used, say so', async ({
  page,
  database,
  server,
}) => {
  await page.goto(`${server.url}/setup#token=used`);
  await expect(page.getByRole('heading', { name: 'Keystamp is set up' })).toBeVisible();
  await withServer(database, { env: {} }, async (fresh) => {
    await page.goto(`${fresh.url}/setup`);
    await expect(page.getByText('Open the whole set-up link')).toBeVisible();
    await page.goto(`${fresh.url}/sign-in`);
    await expect(page.getByText('Keystamp is not set up yet')).toBeVisible();
    await expectAccessible(page);
  });
});
