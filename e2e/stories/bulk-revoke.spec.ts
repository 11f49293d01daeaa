import { callWith, createKey } from '../support/keys.ts';
import { seed, seedMany } from '../support/seed.ts';
import { expect, expectAccessible, signIn, test, withServer } from '../support/story.ts';

const MANY = 1120;

test('all keys that match are selected over all pages, and each outcome is told', async ({
  page,
  database,
}) => {
  test.slow();
  const prepare = async (opened: Parameters<typeof seed>[0]) => {
    await seed(opened, []);
    await seedMany(opened, 'workers@example.com', MANY);
  };
  await withServer(database, { prepare }, async (server) => {
    await signIn(page, server.url);
    // Worker n was used n hours ago: from 721 on, over 30 days.
    await page.getByRole('button', { name: 'Unused for 30 days' }).click();
    await expect(
      page.getByText('1–50 of 401 keys unused for 30 days', { exact: true }),
    ).toBeVisible();
    await page.getByRole('checkbox', { name: 'Select all keys on this page' }).check();
    await expect(page.getByText('50 keys selected', { exact: true })).toBeVisible();
    await expectAccessible(page);
    await page.getByRole('button', { name: 'Select all 401 that match' }).click();
    await expect(page.getByText('401 keys selected', { exact: true })).toBeVisible();
    await page.getByRole('button', { name: 'Revoke…' }).click();
    await expect(page.getByText('Most recently used among them: Worker 7')).toBeVisible();
    const dialog = page.getByRole('alertdialog');
    // Used 720 hours ago and more: some within 35 days, the others within a year.
    await expect(dialog).toContainText('120used within 35 days');
    await expect(dialog).toContainText('281used within a year');
    await expectAccessible(page);
    const revoke = dialog.getByRole('button', { name: 'Revoke 401 keys' });
    await expect(revoke).toBeDisabled();
    await expect(dialog.getByRole('button', { name: 'Disable instead' })).toBeDisabled();
    await dialog.getByLabel('Type the number of keys to go on: 401').fill('40');
    await expect(revoke).toBeDisabled();
    await dialog.getByLabel('Type the number of keys to go on: 401').fill('401');
    await revoke.click();
    await expect(page.getByRole('heading', { name: '401 of 401 revoked' })).toBeVisible();
    await expect(page.getByRole('listitem')).toHaveCount(401);
    await page.getByRole('button', { name: 'Done' }).click();
    await expect(page.getByRole('heading', { name: 'Nothing stale here' })).toBeVisible();
    await expectAccessible(page);

    // More than one request takes: 719 + the rest in chunks of a thousand.
    await page.getByRole('button', { name: 'Show all keys' }).click();
    await page.getByLabel('Status').selectOption('Active');
    await expect(page.getByText('1–50 of 719 keys')).toBeVisible();
  });
});

test('a key used after it was looked at is left alone, and the report says so', async ({
  keysPage: page,
  server,
}) => {
  const used = await createKey(page, server.url, { name: 'Bulk: comes alive' });
  const idle = await createKey(page, server.url, { name: 'Bulk: stays idle' });
  await page.getByRole('searchbox').fill('Bulk:');
  await page.getByRole('checkbox', { name: 'Select Bulk: comes alive' }).check();
  await page.getByRole('checkbox', { name: 'Select Bulk: stays idle' }).check();
  await page.getByRole('button', { name: 'Revoke…' }).click();
  await expect(page.getByRole('alertdialog')).toContainText('2without a recorded use');

  expect(await callWith(server.url, used.api_key)).toBe(204);
  await expect(async () => {
    const answer = await page.request.get(`${server.url}/api/api-keys/${used.info.id}`);
    expect((await answer.json()).info.last_used_at).not.toBeNull();
  }).toPass();
  await page.getByRole('button', { name: 'Revoke 2 keys' }).click();

  await expect(page.getByRole('heading', { name: '1 of 2 revoked' })).toBeVisible();
  const outcome = (name: string) => page.getByRole('listitem').filter({ hasText: name });
  await expect(outcome('comes alive')).toContainText('used meanwhile, left alone');
  await expect(outcome('stays idle')).toContainText('revoked');
  expect(await callWith(server.url, used.api_key)).toBe(204);
  expect(await callWith(server.url, idle.api_key)).toBe(401);
});

test('a key used within a day among them asks for its name', async ({ keysPage: page }) => {
  await page.getByRole('checkbox', { name: 'Select Old importer' }).check();
  await page.getByRole('checkbox', { name: 'Select Billing export' }).check();
  await page.getByRole('button', { name: 'Revoke…' }).click();
  const dialog = page.getByRole('alertdialog');
  await expect(dialog).toContainText('Used 2 hours ago: what uses it will stop working.');
  await expect(dialog.getByRole('button', { name: 'Revoke 2 keys' })).toBeDisabled();
  await dialog.getByLabel('Type its name to go on: Billing export').fill('Billing export');
  await expect(dialog.getByRole('button', { name: 'Revoke 2 keys' })).toBeEnabled();
  await dialog.getByRole('button', { name: 'Keep them' }).click();
  await expect(page.getByText('2 keys selected', { exact: true })).toBeVisible();
});
