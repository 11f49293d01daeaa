import type { Page } from '@playwright/test';
import { callWith, createKey } from '../support/keys.ts';
import { expect, rowOf, test } from '../support/story.ts';

const names = (page: Page) => page.locator('.key-name');

test('a key made elsewhere comes into the list by itself', async ({ keysPage: page, server }) => {
  await createKey(page, server.url, { name: 'From elsewhere' });
  await expect(rowOf(page, 'From elsewhere')).toBeVisible();
});

test('under a focus in the table values change and rows stay; the new order waits to be asked for', async ({
  keysPage: page,
  server,
}) => {
  const { api_key: apiKey } = await createKey(page, server.url, { name: 'Order: a' });
  await createKey(page, server.url, { name: 'Order: b' });
  await page.getByRole('searchbox').fill('Order:');
  await expect(names(page)).toHaveText(['Order: b', 'Order: a']);
  const hand = page.getByRole('button', { name: 'Actions for Order: a' });
  await hand.focus();

  expect(await callWith(server.url, apiKey)).toBe(204);
  await expect(rowOf(page, 'Order: a').getByText('just now')).toBeVisible();
  await expect(names(page)).toHaveText(['Order: b', 'Order: a']);
  await expect(hand).toBeFocused();
  await page.getByRole('button', { name: 'The list has changed' }).click();
  await expect(names(page).first()).toHaveText('Order: a');
});

test('a stale answer never overwrites a newer one', async ({ keysPage: page }) => {
  let release = () => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  await page.route(/q=price/, async (route) => {
    await held;
    // The page may have given the request up already, as it should.
    await route.continue().catch(() => {});
  });
  const search = page.getByRole('searchbox');
  const asked = page.waitForRequest(/q=price/);
  await search.fill('price');
  await asked;
  await search.fill('billing');
  await expect(rowOf(page, 'Billing export')).toBeVisible();
  await expect(rowOf(page, 'Mobile app')).toHaveCount(0);
  release();
  const next = page.waitForResponse(/q=billing.*sort=/);
  await next;
  await expect(rowOf(page, 'Billing export')).toBeVisible();
  await expect(rowOf(page, 'Price feed')).toHaveCount(0);
});
