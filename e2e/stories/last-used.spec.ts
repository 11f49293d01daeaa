import type { ListedApiKeys } from '@keystamp/server/contract';
import type { Page } from '@playwright/test';
import { expect, expectAccessible, rowOf, signIn, test } from '../support/story.ts';

const HOUR_MS = 3_600_000;
const LIST = /\/api\/api-keys\?.*sort=/;

/** Lets a story change what the server sends of its list: faults that no server of ours makes. */
async function spoilList(page: Page, spoil: (list: ListedApiKeys) => void): Promise<void> {
  await page.route(LIST, async (route) => {
    const response = await route.fetch();
    const list = (await response.json()) as ListedApiKeys;
    spoil(list);
    await route.fulfill({ response, json: list });
  });
}

test('@main the exact time shows on focus and on touch, local and UTC, with its meaning', async ({
  keysPage: page,
}) => {
  const time = rowOf(page, 'Billing export').getByRole('button', { name: '2 hours ago' });
  await time.focus();
  const tip = page.getByRole('tooltip');
  await expect(tip).toContainText(/\d{1,2} \w+ \d{4} at \d\d:\d\d:\d\d CES?T/);
  await expect(tip).toContainText(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3} UTC/);
  await expect(tip).toContainText('The last request that this key authenticated.');
  await expectAccessible(page);
  await page.keyboard.press('Escape');
  await expect(tip).toHaveCount(0);
  await time.blur();
  await time.click();
  await expect(tip).toBeVisible();
});

test('the exact time shows under the pointer', async ({ keysPage: page }) => {
  await rowOf(page, 'Billing export').getByText('2 hours ago').hover();
  await expect(page.getByRole('tooltip')).toBeVisible();
  await page.getByRole('heading', { name: 'API keys' }).hover();
  await expect(page.getByRole('tooltip')).toHaveCount(0);
});

test('G10 "—" says whether the key was never used or is older than the recording', async ({
  keysPage: page,
}) => {
  const never = rowOf(page, 'Load test').locator('.cell-last-used');
  await expect(never).toHaveText('—never used');
  const older = rowOf(page, 'Legacy gateway').locator('.cell-last-used');
  await expect(older).toHaveText(/^— no use recorded since \d{1,2} \w+ \d{4}$/);
  await older.getByRole('button').focus();
  await expect(page.getByRole('tooltip')).toContainText('It may have been used before.');
});

test("the words follow the server's clock when the browser's is an hour off", async ({
  page,
  server,
}) => {
  for (const offset of [HOUR_MS, -HOUR_MS]) {
    await page.context().clearCookies();
    await page.clock.setSystemTime(Date.now() + offset);
    await signIn(page, server.url);
    await expect(rowOf(page, 'Warehouse sync').getByText(/^[1-5]\d minutes ago$/)).toBeVisible();
  }
});

test('the words tick on while no answer comes', async ({ page, server }) => {
  await page.clock.install();
  await signIn(page, server.url);
  await expect(rowOf(page, 'Billing export').getByText('2 hours ago')).toBeVisible();
  await page.route('**/api/**', (route) => route.abort());
  await page.clock.runFor(HOUR_MS);
  await expect(rowOf(page, 'Billing export').getByText('3 hours ago')).toBeVisible();
});

test('one broken value never blanks the table', async ({ page, server }) => {
  await spoilList(page, (list) => {
    const broken = list.api_keys.find((key) => key.name === 'Price feed');
    if (broken) broken.last_used_at = 'yesterday-ish';
    const worse = list.api_keys.find((key) => key.name === 'Mobile app');
    // What no type allows and a broken proxy may send.
    if (worse) Object.assign(worse, { name: { not: 'a text' } });
  });
  await signIn(page, server.url);
  await expect(rowOf(page, 'Price feed').getByText('unreadable')).toBeVisible();
  await expect(page.getByText('This key cannot be shown')).toBeVisible();
  await expect(rowOf(page, 'Billing export').getByText('2 hours ago')).toBeVisible();
  await expectAccessible(page);
});

test.describe('in German, in Tokyo', () => {
  test.use({ locale: 'de-DE', timezoneId: 'Asia/Tokyo' });
  test("the words are the reader's, and so is the zone", async ({ keysPage: page }) => {
    const time = rowOf(page, 'Billing export').getByRole('button', { name: 'vor 2 Stunden' });
    await time.focus();
    await expect(page.getByRole('tooltip')).toContainText(/(GMT\+9|JST)/);
    await expect(time.locator('time')).toHaveAttribute('lang', 'de-DE');
  });
});
