import type { Page } from '@playwright/test';
import { callWith } from '../support/keys.ts';
import { expect, expectAccessible, test } from '../support/story.ts';

async function createThroughThePage(page: Page, name: string): Promise<string> {
  await page.getByRole('button', { name: 'Create key' }).click();
  await page.getByRole('textbox', { name: 'Name' }).fill(name);
  await page.getByRole('dialog').getByRole('button', { name: 'Create key' }).click();
  return page.getByRole('textbox', { name: 'The key' }).inputValue();
}

test('K1 a key is shown once and is nowhere afterwards', async ({ keysPage: page, server }) => {
  const apiKey = await createThroughThePage(page, 'Shown once');
  expect(apiKey).toMatch(/^ks_[0-9A-Za-z]{49}$/);
  await expect(page.getByLabel('A curl line')).toHaveValue(
    `curl -i -H 'X-API-Key: ${apiKey}' ${server.url}/verify`,
  );
  await page.getByRole('button', { name: 'Copy key' }).click();
  await page.getByRole('button', { name: 'Done' }).click();
  await expect(page.getByRole('dialog')).toHaveCount(0);
  await expect(page.getByText('Shown once')).toBeVisible();

  expect(page.url()).not.toContain(apiKey);
  expect(await page.content()).not.toContain(apiKey);
  const stored = await page.evaluate(async () =>
    JSON.stringify([
      { ...localStorage },
      { ...sessionStorage },
      history.state,
      await caches.keys(),
      await indexedDB.databases(),
      performance.getEntriesByType('resource').map((entry) => entry.name),
    ]),
  );
  expect(stored).not.toContain(apiKey.slice(0, 20));
  expect(server.output()).not.toContain(apiKey);
});

test('@main the dialog of a new key waits for its first use and sees it by itself', async ({
  keysPage: page,
  server,
}, { project }) => {
  const name = `First use ${project.name}`;
  const apiKey = await createThroughThePage(page, name);
  const dialog = page.getByRole('dialog', { name });
  await expect(dialog.getByLabel('A curl line')).toBeVisible();
  await expect(dialog.getByText('Waiting for its first use…')).toBeVisible();
  await expectAccessible(page);
  expect(await callWith(server.url, apiKey)).toBe(204);
  await expect(dialog.getByText('Used just now')).toBeVisible();
  await expect(dialog.getByRole('status').filter({ hasText: 'The key was used.' })).toHaveCount(1);
  await expectAccessible(page);

  // It is used, so whoever uses it has it; and nothing asks for it any more.
  let asked = 0;
  page.on('request', (request) => {
    if (/\/api\/api-keys\/[0-9a-f-]{36}$/.test(request.url())) asked += 1;
  });
  await page.waitForRequest('**/api/api-keys?**');
  await page.waitForRequest('**/api/api-keys?**');
  expect(asked).toBe(0);
  await dialog.getByRole('button', { name: 'Done' }).click();
  await expect(page.getByRole('dialog')).toHaveCount(0);
});

test('a new key expires in 90 days, and the form says on which day', async ({ keysPage: page }) => {
  await page.getByRole('button', { name: 'Create key' }).click();
  const dialog = page.getByRole('dialog');
  const expires = dialog.getByLabel('Expires');
  await expect(expires).toHaveValue('90');
  const day = await page.evaluate(() =>
    new Intl.DateTimeFormat(undefined, { dateStyle: 'medium' }).format(
      Date.now() + 90 * 86_400_000,
    ),
  );
  await expect(dialog.getByText(`It works until ${day}.`)).toBeVisible();
  await expires.selectOption('Never');
  await expect(dialog.getByText('It works until somebody stops it.')).toBeVisible();
  await expectAccessible(page);
});

test('without permission for the clipboard the key is selected for the keyboard', async ({
  keysPage: page,
}) => {
  await page.evaluate(() => {
    Object.defineProperty(navigator, 'clipboard', { value: undefined });
    document.execCommand = () => false;
  });
  const apiKey = await createThroughThePage(page, 'No clipboard');
  await page.getByRole('button', { name: 'Copy key' }).click();
  await expect(page.getByText('The key is selected: press Ctrl+C')).toBeVisible();
  const selected = await page.evaluate(() => {
    const field = document.activeElement as HTMLInputElement;
    return field.value.slice(field.selectionStart ?? 0, field.selectionEnd ?? 0);
  });
  expect(selected).toBe(apiKey);
  await page.keyboard.press('ControlOrMeta+c');
  await expect(page.getByText('The key is in the clipboard.')).toBeVisible();
});

test('leaving without a copy asks; Esc, the close button and the back button do not lose the key', async ({
  keysPage: page,
  server,
}) => {
  await page.getByRole('link', { name: 'Users' }).click();
  await page.getByRole('link', { name: 'API keys' }).click();
  const apiKey = await createThroughThePage(page, 'Nearly lost');
  const field = page.getByRole('textbox', { name: 'The key' });
  for (let press = 0; press < 3; press++) await page.keyboard.press('Escape');
  await expect(page.getByText('You have not copied the key.')).toBeVisible();
  await expectAccessible(page);
  await page.goBack();
  await expect(page).toHaveURL(`${server.url}/users`);
  await expect(field).toHaveValue(apiKey);
  await page.getByRole('button', { name: 'Stay' }).click();
  await expect(page.getByText('You have not copied the key.')).toBeHidden();
  await page.getByRole('button', { name: 'Done' }).click();
  await page.getByRole('button', { name: 'Leave without it' }).click();
  await expect(field).toHaveCount(0);
});

test('the browser asks before the page with a key is closed', async ({ keysPage: page }) => {
  await createThroughThePage(page, 'Closed too early');
  const asked = page.waitForEvent('dialog');
  const closing = page.close({ runBeforeUnload: true });
  const question = await asked;
  expect(question.type()).toBe('beforeunload');
  await question.dismiss();
  await closing;
  await expect(page.getByRole('textbox', { name: 'The key' })).toBeVisible();
});

test('rotating gives a new key and leaves the old one its grace', async ({ keysPage: page }) => {
  await createThroughThePage(page, 'To be rotated');
  await page.getByRole('button', { name: 'Copy key' }).click();
  await page.getByRole('button', { name: 'Done' }).click();
  await page.getByRole('button', { name: 'Actions for To be rotated' }).click();
  await page.getByRole('menuitem', { name: 'Rotate' }).click();
  await page.getByLabel('The old key').selectOption('Works 7 days longer');
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Make the new key' }).click();
  await page.getByRole('button', { name: 'Copy key' }).click();
  await page.getByRole('button', { name: 'Done' }).click();
  const rows = page.getByRole('row').filter({ hasText: 'To be rotated' });
  await expect(rows).toHaveCount(2);
  await expect(rows.filter({ hasText: 'in 7 days' })).toHaveCount(1);
});
