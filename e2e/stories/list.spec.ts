import { seed, seedMany } from '../support/seed.ts';
import { expect, expectAccessible, rowOf, signIn, test, withServer } from '../support/story.ts';

test('chips say how many keys each filter finds, and a status does not take one off in silence', async ({
  page,
  database,
}) => {
  const prepare = (opened: Parameters<typeof seed>[0]) =>
    seed(opened, [
      { name: 'Busy', usedDaysAgo: 1, createdDaysAgo: 190, scopes: ['orders:read'] },
      { name: 'Older', usedDaysAgo: 120, createdDaysAgo: 190 },
      { name: 'Stale', usedDaysAgo: 95, createdDaysAgo: 190 },
      { name: 'Ending', usedDaysAgo: 2, createdDaysAgo: 190, expiresInDays: 9 },
      { name: 'Gone', usedDaysAgo: 3, createdDaysAgo: 190, revokedDaysAgo: 1 },
    ]);
  await withServer(database, { prepare }, async (server) => {
    await signIn(page, server.url);
    const chip = (name: string) => page.getByRole('button', { name });
    await expect(chip('Unused for 90 days')).toHaveAccessibleName('Unused for 90 days , 2');
    await expect(chip('Expires in 30 days')).toContainText('1');
    await expect(chip('Never expires')).toContainText('3');

    await chip('Unused for 90 days').click();
    await expect(chip('Unused for 90 days')).toHaveAttribute('aria-pressed', 'true');
    await expect(page.locator('.key-name')).toHaveText(['Older', 'Stale']);
    await expectAccessible(page);

    await page.getByLabel('Status').selectOption('revoked');
    await expect(page.locator('.key-name')).toHaveText(['Gone']);
    await expect(page.locator('.filter-note')).toContainText('“Unused for 90 days” was taken off');
    await expect(chip('Unused for 90 days')).toHaveAttribute('aria-pressed', 'false');
    await page.getByLabel('Status').selectOption('active');
    await chip('Unused for 90 days').click();
    await expect(page.getByLabel('Status')).toHaveValue('active');
    await expect(page.locator('.filter-note')).toHaveCount(0);
    await chip('Unused for 90 days').click();
    await page.getByLabel('Status').selectOption('');
    await chip('Expires in 30 days').click();
    await expect(page).toHaveURL(`${server.url}/?expires_within=30d`);
    await expect(page.locator('.key-name')).toHaveText(['Ending']);
    await chip('Expires in 30 days').click();
    await page.getByRole('searchbox').fill('orders:r');
    await expect(page.locator('.key-name')).toHaveText(['Busy']);
  });
});

test('a step to another page leads to its first key, by eyes and by keyboard', async ({
  page,
  database,
}) => {
  const prepare = async (opened: Parameters<typeof seed>[0]) => {
    await seed(opened, []);
    await seedMany(opened, 'workers@example.com', 120);
  };
  await withServer(database, { prepare }, async (server) => {
    await signIn(page, server.url);
    await expect(page.getByText('1–50 of 120 keys')).toBeVisible();
    const next = page.getByRole('button', { name: 'Next' });
    await next.scrollIntoViewIfNeeded();
    // The heading row stays in sight.
    await expect(page.getByRole('columnheader', { name: 'Last used' })).toBeInViewport();
    await next.click();
    await expect(page.getByText('51–100 of 120 keys')).toBeInViewport();
    await expect(page.locator('.key-name').first()).toHaveText('Worker 51');
    await expect(page.getByRole('group', { name: 'List of keys' })).toBeFocused();
    await next.click();
    await expect(page.getByText('101–120 of 120 keys')).toBeInViewport();
    await expect(page.locator('.key-name').first()).toHaveText('Worker 101');

    // A new key has no use yet: by that order it comes last.
    await page
      .getByRole('button', { name: 'First page' })
      .or(page.getByRole('button', { name: 'Previous' }))
      .click();
    await page.getByRole('button', { name: 'Previous' }).click();
    await page.getByRole('button', { name: 'Create key' }).click();
    await page.getByRole('textbox', { name: 'Name' }).fill('Made just now');
    await page.keyboard.press('Enter');
    await expect(page.getByRole('textbox', { name: 'The key' })).toBeFocused();
    await page.keyboard.press('ControlOrMeta+c');
    await page.keyboard.press('Escape');
    await expect(page.getByRole('dialog')).toHaveCount(0);
    await expect(page.locator('.key-name').first()).toHaveText('Made just now');
    await expect(rowOf(page, 'Made just now').getByText('New', { exact: true })).toBeVisible();
    await expect(page.getByText('1–50 of 121 keys')).toBeVisible();
    await expectAccessible(page);
    await page.getByRole('button', { name: 'Name', exact: true }).click();
    await expect(page.locator('.key-name').first()).toHaveText('Made just now');
    await page.goto(server.url);
    await expect(page.locator('.key-name').first()).toHaveText('Worker 1');
  });
});
