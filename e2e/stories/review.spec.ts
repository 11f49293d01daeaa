import { createKeystamp } from 'keystamp';
import type { Database } from 'keystamp/database';
import { callWith } from '../support/keys.ts';
import { seed } from '../support/seed.ts';
import { expect, expectAccessible, rowOf, signIn, test, withServer } from '../support/story.ts';

const keys = [
  { name: 'Alpha sync', usedDaysAgo: 100, createdDaysAgo: 180 },
  { name: 'Beta job', usedDaysAgo: 120, createdDaysAgo: 180 },
  { name: 'Gamma feed', createdDaysAgo: 150 },
  { name: 'Fresh', usedDaysAgo: 0.1, createdDaysAgo: 180 },
];

test('@main unused keys are gone through by keyboard, and nothing happens until it is confirmed', async ({
  page,
  database,
}) => {
  await withServer(database, { prepare: (opened) => seed(opened, keys) }, async (server) => {
    await signIn(page, server.url);
    const statuses = async () => {
      const answer = await page.request.get(`${server.url}/api/api-keys?user=all&sort=name`);
      const { api_keys } = await answer.json();
      return api_keys.map((key: { name: string; status: string }) => `${key.name}: ${key.status}`);
    };
    await page.goto(`${server.url}/?unused_for=90d&sort=name`);
    await expect(rowOf(page, 'Beta job')).toBeVisible();
    await page.getByRole('link', { name: 'Review 3 unused keys' }).focus();
    await page.keyboard.press('Enter');

    // The oldest use comes first.
    await expect(page.getByRole('heading', { name: 'Beta job' })).toBeFocused();
    await expect(page.getByText('Key 1 of 3 · 0 answered')).toBeVisible();
    await expect(page.getByText(/^Not used for 3 months \(last used on /)).toBeVisible();
    await expect(page.getByText('grace@example.com')).toBeVisible();
    await expectAccessible(page);
    await page.keyboard.press('ArrowRight');
    await expect(page.getByRole('heading', { name: 'Alpha sync' })).toBeFocused();
    await page.keyboard.press('ArrowLeft');
    await page.keyboard.press('k');
    await expect(page.getByRole('heading', { name: 'Alpha sync' })).toBeFocused();
    await page.keyboard.press('d');
    await expect(page.getByRole('heading', { name: 'Gamma feed' })).toBeFocused();
    await page.keyboard.press('r');

    await expect(page.getByRole('heading', { name: 'Your answers' })).toBeFocused();
    await expect(page.getByText('Nothing has happened yet.')).toBeVisible();
    await expect(page.getByText('Revoke 1 key, for good')).toBeVisible();
    await expectAccessible(page);
    const active = ['Alpha sync', 'Beta job', 'Fresh', 'Gamma feed'].map(
      (name) => `${name}: active`,
    );
    expect(await statuses()).toEqual(active);

    // Another page does not lose the answers.
    await page.getByRole('link', { name: 'Users' }).click();
    await page.goBack();
    await page.getByRole('button', { name: 'Apply to 3 keys' }).click();
    await expect(page.getByRole('heading', { name: 'Done' })).toBeFocused();
    await expect(page.getByText('1 kept · 1 disabled · 1 revoked')).toBeVisible();
    await expectAccessible(page);
    const done = [
      'Alpha sync: disabled',
      'Beta job: active',
      'Fresh: active',
      'Gamma feed: revoked',
    ];
    expect(await statuses()).toEqual(done);
    await page.getByRole('status').getByRole('button', { name: 'Undo' }).click();
    await expect(page.getByText('The key works again.')).toBeVisible();
    expect(await statuses()).toEqual([...active.slice(0, 3), 'Gamma feed: revoked']);

    await page.getByRole('link', { name: 'Back to the list' }).last().click();
    await expect(rowOf(page, 'Beta job')).toBeVisible();
    expect(new URL(page.url()).search).toBe('?unused_for=90d&sort=name');
    await page.getByRole('link', { name: /^Review \d unused/ }).click();
    await expect(page.getByText('1 key left out, kept until a later day')).toBeVisible();
    await expect(page.getByRole('heading', { name: 'Alpha sync' })).toBeFocused();
  });
});

test('a key that is used after its answer is left alone', async ({ page, database }) => {
  let apiKey = '';
  const prepare = async (opened: Database) => {
    await seed(opened, []);
    const keystamp = await createKeystamp({ database: opened });
    ({ apiKey } = await keystamp.createApiKey({ userId: 'grace', name: 'Comes alive' }));
    await opened.query(`update keystamp.api_keys set created_at = now() - interval '150 days'`);
    await keystamp.close();
  };
  await withServer(database, { prepare }, async (server) => {
    await signIn(page, server.url);
    await page.getByRole('link', { name: 'Review 1 unused key' }).click();
    await expect(page.getByRole('heading', { name: 'Comes alive' })).toBeFocused();
    await page.getByRole('button', { name: 'Revoke' }).click();
    await expect(page.getByRole('heading', { name: 'Your answers' })).toBeFocused();

    expect(await callWith(server.url, apiKey)).toBe(204);
    await page.getByRole('button', { name: 'Apply to 1 key' }).click();
    await expect(page.getByText('1 used meanwhile, left alone')).toBeVisible();
    expect(await callWith(server.url, apiKey)).toBe(204);
  });
});

test('a review of nothing says so, and one without an answer from the server too', async ({
  keysPage: page,
  server,
}) => {
  await page.goto(`${server.url}/review?q=zebra`);
  await expect(page.getByRole('heading', { name: 'Nothing to go through' })).toBeVisible();
  await expectAccessible(page);
  await page.route('**/api/api-keys?*', (route) => route.abort());
  await page.goto(`${server.url}/review?q=yak`);
  await expect(page.getByRole('alert')).toContainText('The server cannot be reached.');
  await expectAccessible(page);
});
