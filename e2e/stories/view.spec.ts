import type { Page } from '@playwright/test';
import { seed, seedMany } from '../support/seed.ts';
import { expect, rowOf, signIn, test, withServer } from '../support/story.ts';

const firstName = (page: Page) => page.locator('.key-name').first();

test('@main the address holds the view: it can be shared, and the back button works', async ({
  keysPage: page,
  server,
  browser,
}) => {
  await page.getByRole('button', { name: 'Unused for 90 days' }).click();
  await page.getByRole('searchbox').fill('linus');
  await expect(page).toHaveURL(`${server.url}/?q=linus&unused_for=90d`);
  await expect(rowOf(page, 'Staging crawler')).toBeVisible();
  await expect(rowOf(page, 'Old importer')).toHaveCount(0);
  const shared = page.url();

  await page.goBack();
  await expect(page).toHaveURL(`${server.url}/?unused_for=90d`);
  await expect(page.getByRole('searchbox')).toHaveValue('');
  await expect(rowOf(page, 'Old importer')).toBeVisible();
  await page.goBack();
  await expect(rowOf(page, 'Billing export')).toBeVisible();

  const other = await browser.newContext();
  const guest = await other.newPage();
  await guest.goto(shared);
  await guest.getByLabel('E-mail').fill('ada@example.com');
  await guest.getByLabel('Password').fill('a long enough passphrase');
  await guest.getByRole('button', { name: 'Sign in' }).click();
  await expect(guest).toHaveURL(shared);
  await expect(rowOf(guest, 'Staging crawler')).toBeVisible();
  await other.close();
});

test('headings sort, there and back', async ({ keysPage: page, server }) => {
  await page.getByRole('searchbox').fill('linus');
  await expect(page.locator('.key-name')).toHaveText([
    'Mobile app',
    'Price feed',
    'Staging crawler',
    'Legacy gateway',
  ]);
  await page.getByRole('button', { name: 'Name' }).click();
  await expect(page).toHaveURL(`${server.url}/?q=linus&sort=name`);
  await expect(page.getByRole('columnheader', { name: 'Name' })).toHaveAttribute(
    'aria-sort',
    'ascending',
  );
  await expect(firstName(page)).toHaveText('Legacy gateway');
  await page.getByRole('button', { name: 'Name' }).click();
  await expect(firstName(page)).toHaveText('Staging crawler');
  await expect(page).toHaveURL(`${server.url}/?q=linus&sort=name&order=desc`);
});

test('100,000 keys go by pages, and a page can be opened by its address', async ({
  page,
  database,
}) => {
  test.slow();
  const prepare = async (opened: Parameters<typeof seed>[0]) => {
    await seed(opened, []);
    await seedMany(opened, 'workers@example.com', 100_000);
  };
  await withServer(database, { prepare }, async (server) => {
    await signIn(page, server.url);
    await expect(page.getByText('1–50 of 100,000 keys', { exact: true })).toBeVisible();
    await expect(firstName(page)).toHaveText('Worker 1');
    await page.getByRole('button', { name: 'Next' }).click();
    await expect(firstName(page)).toHaveText('Worker 51');
    await page.getByRole('button', { name: 'Next' }).click();
    await expect(firstName(page)).toHaveText('Worker 101');
    await expect(page.getByText('101–150 of 100,000 keys')).toBeVisible();
    const third = page.url();
    await page.getByRole('button', { name: 'Previous' }).click();
    await expect(firstName(page)).toHaveText('Worker 51');
    await page.goBack();
    await expect(firstName(page)).toHaveText('Worker 101');

    await page.goto('about:blank');
    await page.goto(third);
    await expect(firstName(page)).toHaveText('Worker 101');
    await page.getByRole('searchbox').fill('worker 99999');
    await expect(page.locator('.key-name')).toHaveText(['Worker 99999']);
  });
});

test.describe('in a new tab', () => {
  test('a page opened by its address offers the first one', async ({ page, database }) => {
    const prepare = async (opened: Parameters<typeof seed>[0]) => {
      await seed(opened, []);
      await seedMany(opened, 'workers@example.com', 160);
    };
    await withServer(database, { prepare }, async (server) => {
      await signIn(page, server.url);
      await page.getByRole('button', { name: 'Next' }).click();
      await expect(firstName(page)).toHaveText('Worker 51');
      await page.getByRole('button', { name: 'Next' }).click();
      await expect(firstName(page)).toHaveText('Worker 101');
      const third = page.url();
      const tab = await page.context().newPage();
      await tab.goto(third);
      await expect(firstName(tab)).toHaveText('Worker 101');
      await tab.getByRole('button', { name: 'First page' }).click();
      await expect(firstName(tab)).toHaveText('Worker 1');
    });
  });
});
