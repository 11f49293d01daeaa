import type { Page } from '@playwright/test';
import { createKey } from '../support/keys.ts';
import { expect, expectAccessible, rowOf, test } from '../support/story.ts';

/** Puts a text into the clipboard and pastes it where the focus is. */
async function paste(page: Page, text: string): Promise<void> {
  await page.getByRole('searchbox').focus();
  await page.evaluate((pasted) => {
    const data = new DataTransfer();
    data.setData('text', pasted);
    const event = new ClipboardEvent('paste', {
      clipboardData: data,
      bubbles: true,
      cancelable: true,
    });
    const isTaken = !document.activeElement?.dispatchEvent(event);
    if (!isTaken) document.execCommand('insertText', false, pasted);
  }, text);
}

test('@main finds keys by name, user and prefix', async ({ keysPage: page, server }) => {
  const { info } = await createKey(page, server.url, { name: 'Findable' });
  const search = page.getByRole('searchbox');
  await search.fill('price f');
  await expect(page.getByText('1 key', { exact: true })).toBeVisible();
  await expect(rowOf(page, 'Price feed')).toBeVisible();
  await search.fill('linus@');
  await expect(rowOf(page, 'Staging crawler')).toBeVisible();
  await expect(rowOf(page, 'Billing export')).toHaveCount(0);
  await search.fill(info.key_prefix);
  await expect(rowOf(page, 'Findable')).toBeVisible();
  await expect(page).toHaveURL(`${server.url}/?q=${info.key_prefix}`);
});

test('K1 a pasted key is found by its hash and never sent, on plain HTTP too', async ({
  page,
  server,
  keysPage,
}) => {
  const { api_key: apiKey, info } = await createKey(keysPage, server.url, { name: 'Leaked' });
  // As on plain HTTP.
  await page.addInitScript(() => Object.defineProperty(crypto, 'subtle', { value: undefined }));
  await page.reload();
  const sent: string[] = [];
  page.on('request', (request) => sent.push(`${request.url()} ${request.postData() ?? ''}`));

  await paste(page, `Authorization: Bearer ${apiKey}`);
  await expect(page.getByText('Found by the hash of the pasted key')).toBeVisible();
  await expect(rowOf(page, 'Leaked')).toBeVisible();
  await expect(page.getByRole('row')).toHaveCount(2);
  await expect(page.getByRole('searchbox')).toHaveValue('');
  await expectAccessible(page);
  const secret = apiKey.slice(info.key_prefix.length, info.key_prefix.length + 12);
  expect(sent.join('\n')).toContain('key_hash=');
  expect(sent.join('\n')).not.toContain(secret);
  expect(page.url()).not.toContain(secret);
  expect(await page.content()).not.toContain(secret);
  await page.getByRole('button', { name: 'Show all keys' }).click();
  await expect(rowOf(page, 'Billing export')).toBeVisible();
});

test('looking for a key is a step of the back button, which leads to the view before', async ({
  keysPage: page,
  server,
}) => {
  const { api_key: apiKey } = await createKey(page, server.url, { name: 'Looked for' });
  const search = page.getByRole('searchbox');
  await search.fill('price');
  await expect(rowOf(page, 'Price feed')).toBeVisible();
  await expect(page.getByRole('row')).toHaveCount(2);
  await paste(page, apiKey);
  await expect(rowOf(page, 'Looked for')).toBeVisible();
  await expect(page).toHaveURL(`${server.url}/`);
  await page.goBack();
  await expect(search).toHaveValue('price');
  await expect(rowOf(page, 'Price feed')).toBeVisible();
  await expect(rowOf(page, 'Looked for')).toHaveCount(0);
});

test('a key typed into the search, or put into the address, is taken out before it is sent', async ({
  keysPage: page,
  server,
}) => {
  const { api_key: apiKey } = await createKey(page, server.url, { name: 'Typed' });
  const asked: string[] = [];
  page.on('request', (request) => request.url().includes('/api/') && asked.push(request.url()));
  await page.getByRole('searchbox').fill(apiKey);
  await expect(rowOf(page, 'Typed')).toBeVisible();
  await expect(page.getByRole('row')).toHaveCount(2);

  await page.getByRole('button', { name: 'Show all keys' }).click();
  await page.evaluate((key) => history.pushState(null, '', `/?q=${key}`), apiKey);
  await expect(page).toHaveURL(`${server.url}/`);
  await expect(rowOf(page, 'Typed')).toBeVisible();
  await expect(page.getByRole('row')).toHaveCount(2);
  expect(asked.join('\n')).not.toContain(apiKey);
});

test('a key with a typo is not sent; keys that begin like it are shown', async ({
  keysPage: page,
  server,
}) => {
  const { api_key: apiKey, info } = await createKey(page, server.url, { name: 'Mistyped' });
  const asked: string[] = [];
  page.on('request', (request) => asked.push(request.url()));
  await paste(page, `${apiKey.slice(0, -1)}${apiKey.endsWith('0') ? '1' : '0'}`);
  await expect(page.getByText('but it is not whole. It was not sent')).toBeVisible();
  await expect(page.getByRole('searchbox')).toHaveValue(info.key_prefix);
  await expect(rowOf(page, 'Mistyped')).toBeVisible();
  expect(asked.join('\n')).not.toContain(apiKey.slice(0, 20));
});

test('a key whose label is mistyped goes nowhere, and the field says so', async ({
  keysPage: page,
  server,
}) => {
  const { api_key: apiKey } = await createKey(page, server.url, { name: 'Shouted' });
  const asked: string[] = [];
  page.on('request', (request) => asked.push(request.url()));
  const search = page.getByRole('searchbox');
  const mistyped = apiKey.replace('ks_', 'KS_');
  await search.fill(mistyped);
  await expect(
    page.getByText('That looks like an API key, but it is not whole. It was not sent.'),
  ).toBeVisible();
  await expect(search).toHaveValue('');
  await expect(search).toHaveAccessibleDescription(/It was not sent/);
  await expectAccessible(page);
  await page.evaluate((key) => history.pushState(null, '', `/?q=${key}`), mistyped);
  await expect(page).toHaveURL(`${server.url}/`);
  await expect(rowOf(page, 'Billing export')).toBeVisible();
  await search.fill('price f');
  await expect(page.getByText('It was not sent')).toHaveCount(0);

  await page.goto(`${server.url}/users`);
  await page.getByRole('searchbox').fill(mistyped);
  await expect(page.getByText('That looks like an API key. It was not sent')).toBeVisible();
  await expect(page.getByRole('searchbox')).toHaveValue('');
  expect(asked.join('\n')).not.toContain(apiKey.slice(3, 20));
});

test('a key that is not of this server is told to be none', async ({ keysPage: page, server }) => {
  const { api_key: apiKey, info } = await createKey(page, server.url, { name: 'Deleted' });
  const headers = { origin: server.url };
  await page.request.delete(`${server.url}/api/api-keys/${info.id}`, { headers });
  await paste(page, apiKey);
  await expect(page.getByRole('heading', { name: 'No such key here' })).toBeVisible();
  await expectAccessible(page);
});
