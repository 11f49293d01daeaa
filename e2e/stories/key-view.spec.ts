import type { Page } from '@playwright/test';
import { callWith, createKey } from '../support/keys.ts';
import { admin } from '../support/seed.ts';
import { expect, expectAccessible, rowOf, signIn, test } from '../support/story.ts';

const viewOf = (page: Page, name: string) => page.getByRole('dialog', { name, exact: true });
const post = (page: Page, url: string, path: string, data = {}) =>
  page.request.post(`${url}/api/api-keys/${path}`, { data, headers: { origin: url } });

test('@main a press on a row opens the key, Back closes it, and the focus returns', async ({
  keysPage: page,
  server,
}, { project }) => {
  const name = `Viewed ${project.name}`;
  const { api_key: apiKey, info } = await createKey(page, server.url, {
    name,
    note: 'Ask Grace before it stops.',
    scopes: ['orders:read'],
  });
  await rowOf(page, name).getByText('Active').click();
  const view = viewOf(page, name);
  await expect(view).toBeVisible();
  await expect(page).toHaveURL(`${server.url}/keys/${info.id}`);
  await expect(view.getByRole('heading', { name })).toBeFocused();
  for (const text of ['Ask Grace', 'orders:read', info.id, `${info.key_prefix}…`]) {
    await expect(view.getByText(text)).toBeVisible();
  }
  await expect(view.getByText(`Created by ${admin.email}`)).toBeVisible();
  await expectAccessible(page);

  await expect(view.getByText('never used')).toBeAttached();
  expect(await callWith(server.url, apiKey)).toBe(204);
  await expect(view.locator('dd').first()).toHaveText('just now');

  await page.goBack();
  await expect(view).toHaveCount(0);
  await expect(page).toHaveURL(`${server.url}/`);
  await expect(rowOf(page, name).getByRole('link', { name })).toBeFocused();
});

test('what does something of its own in a row does not open the key', async ({
  keysPage: page,
}) => {
  const row = rowOf(page, 'Load test');
  await row.getByRole('checkbox').check();
  await row.getByText('never used').locator('..').click();
  await row.getByRole('button', { name: 'Actions for' }).click();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toHaveCount(0);
  expect(new URL(page.url()).pathname).toBe('/');
});

test('@main a link to a key works after signing in, and Esc leaves the list', async ({
  page,
  server,
  session,
}, { project }) => {
  await page.context().addCookies([{ ...session, url: server.url }]);
  const name = `Linked ${project.name}`;
  const { info } = await createKey(page, server.url, { name });
  await page.context().clearCookies();
  await page.goto(`${server.url}/keys/${info.id}?status=active`);
  await page.getByLabel('E-mail').fill(admin.email);
  await page.getByLabel('Password').fill(admin.password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(viewOf(page, name)).toBeVisible();
  await expect(page).toHaveURL(`${server.url}/keys/${info.id}?status=active`);
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toHaveCount(0);
  await expect(page).toHaveURL(`${server.url}/?status=active`);
  await expect(page.getByRole('heading', { name: 'API keys' })).toBeFocused();
});

test('a key that is deleted, another user’s or no key says so, and a deleted one has its history', async ({
  keysPage: page,
  server,
  browser,
}) => {
  const { info } = await createKey(page, server.url, { name: 'Short-lived' });
  await page.goto(`${server.url}/keys/${info.id}`);
  await viewOf(page, 'Short-lived').getByRole('button', { name: 'Delete…' }).click();
  await page.getByRole('button', { name: 'Delete key' }).click();
  await expect(page.getByRole('dialog')).toHaveCount(0);
  await page.goto(`${server.url}/keys/${info.id}`);
  await expect(viewOf(page, 'No such key')).toContainText(`Deleted by ${admin.email}`);
  await expectAccessible(page);
  await page.goto(`${server.url}/keys/nonsense`);
  await expect(viewOf(page, 'No such key')).toBeVisible();

  const mine = await createKey(page, server.url, { name: 'Of Ada' });
  const other = { email: 'olga@example.com', password: 'a passphrase of Olga' };
  await page.request.post(`${server.url}/api/users`, {
    data: other,
    headers: { origin: server.url },
  });
  const context = await browser.newContext();
  const theirs = await context.newPage();
  await signIn(theirs, server.url, other);
  await theirs.goto(`${server.url}/keys/${mine.info.id}`);
  await expect(viewOf(theirs, 'No such key')).toContainText('or it is not yours');
  await expect(viewOf(theirs, 'No such key')).toContainText('Nothing is recorded of this id.');
  await context.close();
});

test('@main a disabled key says since when, and that something still presents it', async ({
  keysPage: page,
  server,
}, { project }) => {
  const name = `On trial of view ${project.name}`;
  const { api_key: apiKey, info } = await createKey(page, server.url, { name });
  await page.goto(`${server.url}/keys/${info.id}`);
  const view = viewOf(page, name);
  await view.getByRole('button', { name: 'Disable…' }).click();
  await page.getByRole('button', { name: 'Disable key' }).click();
  await expect(view).toContainText('Disabled just now. Nothing has presented it since.');
  await expectAccessible(page);
  expect(await callWith(server.url, apiKey)).toBe(401);
  await expect(view).toContainText('Presented just now from 127.0.0.0/24, refused.');
  await expect(view.getByText('and refused (disabled)')).toBeVisible();
  await expectAccessible(page);
  await view.getByRole('button', { name: 'Enable' }).click();
  await expect(view.getByRole('button', { name: 'Disable…' })).toBeVisible();
  await expect(view.getByText(`Enabled by ${admin.email}`)).toBeVisible();
  expect(await callWith(server.url, apiKey)).toBe(204);
});

test('older events of a key are read page by page', async ({ keysPage: page, server }) => {
  const { info } = await createKey(page, server.url, { name: 'Much changed' });
  for (let change = 0; change < 45; change += 1) {
    const path = `${server.url}/api/api-keys/${info.id}`;
    const data = { note: `note ${change}` };
    await page.request.patch(path, { data, headers: { origin: server.url } });
  }
  await page.goto(`${server.url}/keys/${info.id}`);
  const view = viewOf(page, 'Much changed');
  const lines = view.getByRole('region', { name: 'History' }).getByRole('listitem');
  await expect(lines).toHaveCount(20);
  await view.getByRole('button', { name: 'Older' }).click();
  await expect(lines).toHaveCount(40);
  await view.getByRole('button', { name: 'Older' }).click();
  await expect(lines).toHaveCount(46);
  await expect(lines.last()).toContainText('Created by');
  await expect(view.getByRole('button', { name: 'Older' })).toHaveCount(0);
});

test('@main a rotation stands as one pair, in the list and in the view, until the old key stops', async ({
  keysPage: page,
  server,
}, { project }) => {
  const name = `Turned ${project.name}`;
  const old = await createKey(page, server.url, { name });
  const rotated = await post(page, server.url, `${old.info.id}/rotate`, { grace_seconds: 86_400 });
  const next = await rotated.json();
  expect(await callWith(server.url, old.api_key)).toBe(204);
  const rows = page.getByRole('row').filter({ has: page.getByText(name, { exact: true }) });
  const oldRow = rows.filter({ hasText: 'Replaced by' });
  const newRow = rows.filter({ hasText: 'Replaces' });
  await expect(oldRow).toContainText(
    `Replaced by ${next.info.key_prefix} · still used just now · stops in 24 hours`,
  );
  await expect(newRow).toContainText(`Replaces ${old.info.key_prefix} · Not used yet`);
  await expectAccessible(page);

  await newRow.getByRole('link', { name: old.info.key_prefix }).click();
  const view = viewOf(page, name);
  await expect(page).toHaveURL(`${server.url}/keys/${old.info.id}`);
  await view.getByRole('link', { name: next.info.key_prefix }).click();
  await expect(page).toHaveURL(`${server.url}/keys/${next.info.id}`);
  await expect(view).toContainText('Not used yet');
  await expectAccessible(page);
  expect(await callWith(server.url, next.api_key)).toBe(204);
  await expect(view).not.toContainText('Not used yet');
  // Closed, it leaves the list, however many keys were looked at.
  await view.getByRole('button', { name: 'Close' }).click();
  await expect(page).toHaveURL(`${server.url}/`);

  await oldRow.getByRole('button', { name: /^Stop .* now$/ }).click();
  const question = page.getByRole('alertdialog', { name: `Revoke “${name}”?` });
  await question.getByRole('textbox').fill(name);
  await question.getByRole('button', { name: 'Revoke key' }).click();
  await expect(question).toHaveCount(0);
  expect(await callWith(server.url, old.api_key)).toBe(401);
  expect(await callWith(server.url, next.api_key)).toBe(204);
});
