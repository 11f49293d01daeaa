import { fileURLToPath } from 'node:url';
import type { Page } from '@playwright/test';
import { chooseAction, expect, rowOf, signIn, test } from '../support/story.ts';

const folder = fileURLToPath(new URL('../../docs/screenshots/', import.meta.url));
const looks = [
  { device: 'desktop', viewport: { width: 1280, height: 800 }, colorScheme: 'light' },
  { device: 'desktop', viewport: { width: 1280, height: 800 }, colorScheme: 'dark' },
  { device: 'phone', viewport: { width: 360, height: 740 }, colorScheme: 'light' },
  { device: 'phone', viewport: { width: 360, height: 740 }, colorScheme: 'dark' },
] as const;

for (const { device, viewport, colorScheme } of looks) {
  test.describe(`${device} ${colorScheme}`, () => {
    test.use({ viewport, colorScheme });
    const shoot = (page: Page, state: string) =>
      page.screenshot({ path: `${folder}${state}-${device}-${colorScheme}.png` });

    test('the main states', async ({ page, server }) => {
      await page.goto(`${server.url}/sign-in`);
      await expect(page.getByLabel('E-mail')).toBeVisible();
      await shoot(page, 'sign-in');
      await signIn(page, server.url);
      await expect(rowOf(page, 'Legacy gateway')).toBeVisible();
      await expect(page.getByText('12 keys')).toBeVisible();
      await shoot(page, 'keys');

      await rowOf(page, 'Billing export').getByText('2 hours ago').hover();
      await expect(page.getByRole('tooltip')).toBeVisible();
      await shoot(page, 'last-used');
      await page.mouse.move(0, 0);

      await page.getByRole('button', { name: '30 days' }).click();
      await expect(page.getByText('unused for 30 days')).toBeVisible();
      await page.getByRole('checkbox', { name: 'Select Old importer' }).check();
      await page.getByRole('checkbox', { name: 'Select Partner trial' }).check();
      await shoot(page, 'stale');
      await page.getByRole('button', { name: 'Revoke…' }).click();
      await shoot(page, 'bulk-revoke');
      await page.getByRole('button', { name: 'Keep them' }).click();
      await page.getByRole('button', { name: 'All', exact: true }).click();

      await chooseAction(page, 'Warehouse sync', 'Revoke…');
      await shoot(page, 'revoke');
      await page.getByRole('button', { name: 'Keep it' }).click();

      await page.getByRole('button', { name: 'Create key' }).click();
      await page.getByLabel('Name').fill('Shop front');
      await shoot(page, 'create');
      await page.getByRole('button', { name: 'Cancel' }).click();

      await page.goto(`${server.url}/users`);
      await expect(page.getByText('linus@example.com')).toBeVisible();
      await shoot(page, 'users');
    });
  });
}
