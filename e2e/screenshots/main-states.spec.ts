import { fileURLToPath } from 'node:url';
import type { Page } from '@playwright/test';
import { chooseAction, expect, rowOf, signIn, test } from '../support/story.ts';

const folder = fileURLToPath(new URL('../../docs/screenshots/', import.meta.url));
/** The pictures of the documents; all others go to `test-results`, to be looked at. */
const kept: readonly string[] = ['keys-desktop-light'];
const lookedAt = fileURLToPath(new URL('../test-results/screenshots/', import.meta.url));
const desktop = { width: 1280, height: 800 };
const phone = { width: 360, height: 740 };
const looks = [
  { device: 'desktop', viewport: desktop, colorScheme: 'light' },
  { device: 'desktop', viewport: desktop, colorScheme: 'dark' },
  { device: 'phone', viewport: phone, colorScheme: 'light' },
  { device: 'phone', viewport: phone, colorScheme: 'dark' },
] as const;

/** One state of the page after the other, from signing in to revoking; `shoot` takes its picture. */
async function walk(page: Page, url: string, shoot: (state: string) => Promise<unknown>) {
  await page.goto(`${url}/sign-in`);
  await expect(page.getByLabel('E-mail')).toBeVisible();
  await shoot('sign-in');
  // A provider of a test is a port on loopback: the picture names a host instead.
  await page.route('**/api/auth/methods', (route) =>
    route.fulfill({ json: { oidc_host: 'id.example.com', oidc_other_issuer: null } }),
  );
  await page.reload();
  await expect(page.getByRole('link', { name: 'Sign in with id.example.com' })).toBeVisible();
  await shoot('sign-in-provider');
  await page.unroute('**/api/auth/methods');
  await signIn(page, url);
  await expect(rowOf(page, 'Legacy gateway')).toBeVisible();
  await expect(page.getByText(/^\d+ keys$/)).toBeVisible();
  await page.mouse.move(0, 0);
  await shoot('keys');

  await rowOf(page, 'Billing export').getByText('2 hours ago').hover();
  await expect(page.getByRole('tooltip')).toBeVisible();
  await shoot('last-used');
  await page.mouse.move(0, 0);

  await page.getByRole('button', { name: 'Unused for 30 days' }).click();
  await expect(page.getByText(/^\d+ keys unused for 30 days/)).toBeVisible();
  await page.getByRole('checkbox', { name: 'Select Old importer' }).check();
  await page.getByRole('checkbox', { name: 'Select Partner trial' }).check();
  await shoot('stale');
  await page.getByRole('button', { name: 'Revoke…' }).click();
  await shoot('bulk-revoke');
  await page.getByRole('button', { name: 'Keep them' }).click();
  await page.getByRole('button', { name: 'Clear' }).click();
  await page.getByRole('button', { name: 'Unused for 30 days' }).click();

  await page.getByRole('button', { name: 'Actions for Billing export' }).click();
  await shoot('menu');
  await page.keyboard.press('Escape');
  await chooseAction(page, 'Warehouse sync', 'Revoke…');
  await shoot('revoke');
  await page.getByRole('button', { name: 'Keep it' }).click();

  await page.getByRole('button', { name: 'Create key' }).click();
  await page.getByRole('textbox', { name: 'Name' }).fill('Shop front');
  await shoot('create');
  // A picture holds no key, not even one of a server that is gone.
  await page.route('**/api/api-keys', async (route) => {
    const response = await route.fetch();
    await route.fulfill({
      response,
      json: { ...(await response.json()), api_key: `ks_${'0'.repeat(49)}` },
    });
  });
  await page.getByRole('dialog').getByRole('button', { name: 'Create key' }).click();
  await page.getByRole('button', { name: 'Copy key' }).click();
  await shoot('issued');
  await page.getByRole('button', { name: 'Done' }).click();
  await page.getByRole('searchbox').fill('zebra');
  await expect(page.getByRole('heading', { name: 'No key matches' })).toBeVisible();
  await shoot('empty');
  await page.context().setOffline(true);
  await page.getByRole('button', { name: 'Show all keys' }).click();
  await expect(page.getByRole('alert')).toBeVisible();
  await shoot('offline');
  await page.context().setOffline(false);

  await page.goto(`${url}/users`);
  await expect(page.getByText('linus@example.com')).toBeVisible();
  await shoot('users');
  await page.goto(`${url}/account`);
  await expect(page.getByText('Signed in as')).toBeVisible();
  await shoot('account');
}

for (const { device, viewport, colorScheme } of looks) {
  test.describe(`${device} ${colorScheme}`, () => {
    const isPhone = device === 'phone';
    test.use({ viewport, colorScheme, hasTouch: isPhone, isMobile: isPhone });
    test('the main states', async ({ page, server }) => {
      await walk(page, server.url, (state) => {
        const name = `${state}-${device}-${colorScheme}`;
        return page.screenshot({ path: `${kept.includes(name) ? folder : lookedAt}${name}.png` });
      });
    });
  });
}
