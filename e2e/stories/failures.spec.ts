import type { Page } from '@playwright/test';
import { createKey } from '../support/keys.ts';
import { expect, expectAccessible, rowOf, signIn, test } from '../support/story.ts';

const LIST = '**/api/api-keys?**';

/** Where the headings and the cells of the first row stand, in whole pixels. */
function shapeOf(page: Page): Promise<number[][]> {
  return page
    .locator('thead th, tbody tr:first-child td:not(.cell-select, .cell-actions)')
    .evaluateAll((cells) =>
      cells.map((cell) => {
        const { left, top, width, height } = cell.getBoundingClientRect();
        return [left, top, width, height].map(Math.round);
      }),
    );
}

test('@main while the first answer is on its way the table has its shape already', async ({
  page,
  server,
}) => {
  let release = () => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  await page.route(LIST, async (route) => {
    await held;
    await route.continue();
  });
  await signIn(page, server.url);
  await expect(page.getByText('Loading keys')).toBeAttached();
  await expectAccessible(page);
  const before = await shapeOf(page);
  release();
  await expect(rowOf(page, 'Billing export')).toBeVisible();
  expect(await shapeOf(page)).toEqual(before);
});

test('@main a server that does not answer is told where the table would be, and tried again', async ({
  page,
  server,
}) => {
  await page.route(LIST, (route) => route.abort());
  await signIn(page, server.url);
  await expect(page.getByRole('heading', { name: 'The keys cannot be shown' })).toBeVisible();
  await expectAccessible(page);
  // Pressed before the server is back: the page also tries by itself, and takes the button away then.
  await page.getByRole('button', { name: 'Try again' }).click();
  await page.unroute(LIST);
  await expect(rowOf(page, 'Billing export')).toBeVisible();
});

test('@main offline: the list stays, says as of when, and recovers by itself', async ({
  keysPage: page,
  context,
}) => {
  await expect(rowOf(page, 'Billing export')).toBeVisible();
  await context.setOffline(true);
  await expect(page.getByText('No connection to the server. The list is as of')).toBeVisible();
  await expect(rowOf(page, 'Billing export')).toBeVisible();
  await expectAccessible(page);
  await context.setOffline(false);
  await expect(page.getByText('No connection to the server.')).toHaveCount(0);
});

test('what was typed survives a failure, and the error stands beside it', async ({
  keysPage: page,
}) => {
  await page.getByRole('button', { name: 'Create key' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', { name: 'Create key' }).click();
  await expect(dialog.getByText('Give it a name.')).toBeVisible();
  await dialog.getByLabel('Name').fill('Kept');
  await dialog.getByLabel('Scopes').fill('orders:read wrong"scope');
  await dialog.getByRole('button', { name: 'Create key' }).click();
  await expect(dialog.getByRole('alert')).toBeVisible();
  await expect(dialog.getByLabel('Scopes')).toHaveAttribute('aria-invalid', 'true');
  await expectAccessible(page);

  await page.context().setOffline(true);
  await dialog.getByLabel('Scopes').fill('orders:read');
  await dialog.getByRole('button', { name: 'Create key' }).click();
  await expect(dialog.getByText('The server cannot be reached.')).toBeVisible();
  await expect(dialog.getByLabel('Name')).toHaveValue('Kept');
  await page.context().setOffline(false);
  await dialog.getByRole('button', { name: 'Create key' }).click();
  await expect(page.getByRole('textbox', { name: 'The key' })).toBeVisible();
});

test('@main signed out meanwhile: sign in over the page and go on where you were', async ({
  page,
  server,
}) => {
  // With a session of its own: it is ended here.
  await signIn(page, server.url);
  await page.getByRole('button', { name: 'Create key' }).click();
  await page.getByRole('textbox', { name: 'Name' }).fill('Half typed');
  await page.request.post(`${server.url}/api/auth/logout`, { headers: { origin: server.url } });

  const dialog = page.getByRole('dialog', { name: 'You have been signed out' });
  await expect(dialog).toBeVisible();
  await expectAccessible(page);
  await expect(dialog.getByRole('button', { name: 'Close' })).toHaveCount(0);
  await expect(dialog.getByLabel('E-mail')).toHaveValue('ada@example.com');
  await dialog.getByLabel('Password').fill('not the right one');
  await dialog.getByRole('button', { name: 'Sign in' }).click();
  await expect(dialog.getByRole('alert')).toContainText('The address or the password is wrong.');
  await dialog.getByLabel('Password').fill('a long enough passphrase');
  await dialog.getByRole('button', { name: 'Sign in' }).click();
  await expect(dialog).toHaveCount(0);
  await expect(page.getByRole('textbox', { name: 'Name' })).toHaveValue('Half typed');
});

test('an address that leads nowhere says so', async ({ keysPage: page, server }) => {
  await page.goto(`${server.url}/nowhere`);
  await expect(page.getByRole('heading', { name: 'There is nothing here' })).toBeVisible();
  await expectAccessible(page);
});

test('?next= leads to a path of this page only', async ({ page, server }) => {
  await page.goto(`${server.url}/sign-in?next=${encodeURIComponent('//example.com/')}`);
  await page.getByLabel('E-mail').fill('ada@example.com');
  await page.getByLabel('Password').fill('a long enough passphrase');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page).toHaveURL(`${server.url}/`);
});

test('a key that went meanwhile is told in the question about it', async ({
  keysPage: page,
  server,
}) => {
  const { info } = await createKey(page, server.url, { name: 'Gone by now' });
  await page.getByRole('button', { name: 'Actions for Gone by now' }).click();
  await page.getByRole('menuitem', { name: 'Rotate' }).click();
  const headers = { origin: server.url };
  await page.request.delete(`${server.url}/api/api-keys/${info.id}`, { headers });
  await page.getByRole('button', { name: 'Make the new key' }).click();
  await expect(page.getByRole('dialog').getByRole('alert')).toBeVisible();
});

test('K10 a key whose answer is lost is made once, and the text that is shown works', async ({
  keysPage: page,
  server,
}) => {
  let lost = 0;
  await page.route('**/api/api-keys', async (route) => {
    if (route.request().method() !== 'POST' || lost > 0) return route.continue();
    lost += 1;
    await route.fetch();
    await route.abort('connectionreset');
  });
  await page.getByRole('button', { name: 'Create key' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Name').fill('Made once');
  await dialog.getByRole('button', { name: 'Create key' }).click();
  const key = await page.getByRole('textbox', { name: 'The key' }).inputValue();
  expect(lost).toBe(1);
  const answer = await fetch(`${server.url}/verify`, { headers: { 'x-api-key': key } });
  expect(answer.status).toBe(204);
  await page.getByRole('button', { name: 'Done' }).click();
  await page.getByRole('button', { name: 'Leave without it' }).click();
  await expect(rowOf(page, 'Made once')).toHaveCount(1);
});
