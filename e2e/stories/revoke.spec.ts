import { callWith, createKey } from '../support/keys.ts';
import { chooseAction, expect, expectAccessible, rowOf, test } from '../support/story.ts';

test('@main revoking a key that is not in use asks without a name to type', async ({
  keysPage: page,
  server,
}) => {
  await createKey(page, server.url, { name: 'Never called' });
  await chooseAction(page, 'Never called', 'Revoke');
  const dialog = page.getByRole('alertdialog', { name: 'Revoke “Never called”?' });
  await expect(dialog).toContainText('No use recorded since it was created just now.');
  await expect(dialog).toContainText('This cannot be undone.');
  await expect(dialog.getByRole('button', { name: 'Keep it' })).toBeFocused();
  await expectAccessible(page);
  await dialog.getByRole('button', { name: 'Revoke key' }).click();
  await expect(rowOf(page, 'Never called').getByText('Revoked')).toBeVisible();
  await expect(page.getByRole('checkbox', { name: 'Select Never called' })).toHaveCount(0);
});

test('a key that comes into use while the question stands asks for its name from then on', async ({
  keysPage: page,
  server,
}) => {
  const { api_key: apiKey } = await createKey(page, server.url, { name: 'Waking up' });
  await chooseAction(page, 'Waking up', 'Delete');
  const dialog = page.getByRole('alertdialog');
  await expect(dialog.getByRole('button', { name: 'Delete key' })).toBeEnabled();
  expect(await callWith(server.url, apiKey)).toBe(204);
  await expect(dialog).toContainText('Used just now: what uses it will stop working.');
  await expect(dialog.getByRole('button', { name: 'Delete key' })).toBeDisabled();
  await dialog.getByLabel('Type its name').fill('Waking');
  await expect(dialog.getByRole('button', { name: 'Delete key' })).toBeDisabled();
  await dialog.getByLabel('Type its name').fill('Waking up');
  await dialog.getByLabel('Type its name').press('Enter');
  await expect(rowOf(page, 'Waking up')).toHaveCount(0);
  expect(await callWith(server.url, apiKey)).toBe(401);
});

test('a key older than the recording is not called unused before it is deleted', async ({
  keysPage: page,
}) => {
  await chooseAction(page, 'Legacy gateway', 'Delete');
  const dialog = page.getByRole('alertdialog');
  await expect(dialog).toContainText('No use recorded since');
  await expect(dialog).toContainText('Uses before that day may be missing.');
  await page.keyboard.press('Escape');
  await expect(dialog).toHaveCount(0);
  await expect(page.getByRole('button', { name: 'Actions for Legacy gateway' })).toBeFocused();
});

test('renaming, scoping and expiring a key show in the list', async ({
  keysPage: page,
  server,
}) => {
  await createKey(page, server.url, { name: 'Misnamed', scopes: ['orders:read'] });
  await chooseAction(page, 'Misnamed', 'Edit');
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Name').fill('Well named');
  await dialog.getByLabel('Expires').selectOption('In 30 days');
  await dialog.getByLabel('Scopes').fill('');
  await expectAccessible(page);
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(dialog.getByRole('alert')).toContainText(/unscoped|scope/i);
  await expect(dialog.getByLabel('Name')).toHaveValue('Well named');
  await dialog.getByLabel('Scopes').fill('orders:read orders:write');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(rowOf(page, 'Well named').getByText('in 30 days')).toBeVisible();
});
