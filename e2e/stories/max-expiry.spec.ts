import { admin, seed } from '../support/seed.ts';
import { expect, expectAccessible, rowOf, signIn, test, withServer } from '../support/story.ts';

test('an expiry that the server does not allow is refused at its field', async ({
  page,
  database,
}) => {
  const env = {
    KEYSTAMP_ADMIN_EMAIL: admin.email,
    KEYSTAMP_ADMIN_PASSWORD: admin.password,
    KEYSTAMP_MAX_EXPIRY: '90d',
  };
  await withServer(database, { prepare: (opened) => seed(opened, []), env }, async ({ url }) => {
    await signIn(page, url);
    await page.getByRole('button', { name: 'Create key' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Name').fill('Too long');
    await dialog.getByLabel('Expires').selectOption('Never');
    await dialog.getByRole('button', { name: 'Create key' }).click();
    await expect(dialog.getByRole('alert')).toHaveText(
      'Expected a time in the future, at most 90 days from now.',
    );
    await expect(dialog.getByLabel('Expires')).toBeFocused();
    await expectAccessible(page);
    await dialog.getByLabel('Expires').selectOption('In 30 days');
    await dialog.getByRole('button', { name: 'Create key' }).click();
    await page.getByRole('button', { name: 'Copy key' }).click();
    await page.getByRole('button', { name: 'Done' }).click();
    await expect(rowOf(page, 'Too long').getByText('in 30 days')).toBeVisible();
  });
});
