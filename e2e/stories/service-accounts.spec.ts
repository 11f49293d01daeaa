import type { Locator, Page } from '@playwright/test';
import { callWith, createKey } from '../support/keys.ts';
import { chooseAction, expect, expectAccessible, rowOf, test } from '../support/story.ts';

/** Adds a user or a service account by the same API as the page; the id. */
async function addUser(page: Page, url: string, data: object): Promise<string> {
  const answer = await page.request.post(`${url}/api/users`, { data, headers: { origin: url } });
  expect(answer.status()).toBe(201);
  return (await answer.json()).user.id;
}

/** Uses a key, and waits until the use is stored. */
async function use(
  page: Page,
  url: string,
  { api_key, info }: Awaited<ReturnType<typeof createKey>>,
) {
  expect(await callWith(url, api_key)).toBe(204);
  await expect(async () => {
    const answer = await page.request.get(`${url}/api/api-keys/${info.id}`);
    expect((await answer.json()).info.last_used_at).not.toBeNull();
  }).toPass();
}

/** Chooses from a field that searches while it is typed into. */
async function chooseUser(dialog: Locator, label: string, text: string): Promise<void> {
  await dialog.getByRole('combobox', { name: label }).fill(text.slice(0, 5));
  await dialog.getByRole('option', { name: text, exact: true }).click();
  await expect(dialog.getByRole('combobox', { name: label })).toHaveValue(text);
}

test('@main a service account is added by its name, owns keys and has no password', async ({
  keysPage: page,
  server,
}, { project }) => {
  const name = `Jobs ${project.name}`;
  await page.getByRole('link', { name: 'Users' }).click();
  await page.getByRole('button', { name: 'Add service account' }).click();
  const dialog = page.getByRole('dialog', { name: 'Add a service account' });
  await dialog.getByRole('button', { name: 'Add service account' }).click();
  await expect(dialog.getByRole('alert')).toHaveText('Give it a name.');
  await expectAccessible(page);
  await dialog.getByLabel('Name').fill(name);
  await dialog.getByRole('button', { name: 'Add service account' }).click();
  await expect(rowOf(page, name).getByText('Service account', { exact: true })).toBeVisible();
  await expect(page.getByRole('button', { name: 'Add service account' })).toBeFocused();
  await page.getByRole('button', { name: `Actions for ${name}` }).click();
  await expect(page.getByRole('menuitem', { name: 'Deactivate…' })).toBeVisible();
  await expect(page.getByRole('menuitem', { name: /password/ })).toHaveCount(0);
  await expectAccessible(page);
  await page.keyboard.press('Escape');

  await page.getByRole('link', { name: new RegExp(` keys? of ${name}`) }).click();
  await page.getByRole('button', { name: 'Create key' }).click();
  await expect(page.getByRole('combobox', { name: 'User' })).toHaveValue(
    `${name} (service account)`,
  );
  await page.getByRole('dialog').getByLabel('Name').fill(`Key of ${name}`);
  await page.getByRole('dialog').getByRole('button', { name: 'Create key' }).click();
  const apiKey = await page.getByRole('textbox', { name: 'The key' }).inputValue();
  await page.getByRole('button', { name: 'Copy key' }).click();
  await page.getByRole('button', { name: 'Done' }).click();
  await expect(rowOf(page, `Key of ${name}`).locator('.cell-user')).toHaveText(name);
  expect(await callWith(server.url, apiKey)).toBe(204);
});

test('keys in use move to a service account before their user is deactivated, and go on working', async ({
  keysPage: page,
  server,
}) => {
  const url = server.url;
  const leaver = await addUser(page, url, { email: 'nora@example.com' });
  const account = await addUser(page, url, { name: 'Night shift' });
  const used = await createKey(page, url, { name: 'Nora: still needed', user_id: leaver });
  const idle = await createKey(page, url, { name: 'Nora: never used', user_id: leaver });
  await use(page, url, used);

  await page.getByRole('link', { name: 'Users' }).click();
  await chooseAction(page, 'nora@example.com', 'Deactivate…');
  const dialog = page.getByRole('alertdialog');
  await expect(dialog).toContainText(
    '2 active keys; the most recently used is Nora: still needed.',
  );
  await dialog
    .getByLabel('Keys that others still need')
    .selectOption('Move 1 key used within 35 days');
  const act = dialog.getByRole('button', { name: 'Move 1 key, deactivate' });
  await act.click();
  await expect(dialog.getByRole('alert')).toHaveText('Choose whose keys they become.');
  await expect(dialog.getByLabel('Move them to')).toBeFocused();
  await expect(dialog.getByRole('option', { name: 'nora@example.com' })).toHaveCount(0);
  await expectAccessible(page);
  await chooseUser(dialog, 'Move them to', 'Night shift (service account)');
  await act.click();
  await expect(rowOf(page, 'nora@example.com').getByText('Deactivated')).toBeVisible();
  expect(await callWith(url, used.api_key)).toBe(204);
  expect(await callWith(url, idle.api_key)).toBe(401);

  await page.goto(`${url}/?user=${account}`);
  await expect(rowOf(page, 'Nora: still needed').locator('.cell-user')).toHaveText('Night shift');
});

test('a key that cannot be moved says why, and its user stays active until that is settled', async ({
  keysPage: page,
  server,
}) => {
  const url = server.url;
  const leaver = await addUser(page, url, { email: 'otto@example.com', is_admin: true });
  const account = await addUser(page, url, { name: 'Day shift' });
  const moves = await createKey(page, url, { name: 'Otto: moves', user_id: leaver });
  const stays = await createKey(page, url, {
    name: 'Otto: stays',
    user_id: leaver,
    scopes: ['introspect'],
  });
  await page.getByRole('link', { name: 'Users' }).click();
  await chooseAction(page, 'otto@example.com', 'Deactivate…');
  const dialog = page.getByRole('alertdialog');
  await dialog.getByLabel('Keys that others still need').selectOption('Move all (2 keys)');
  await chooseUser(dialog, 'Move them to', 'Day shift (service account)');
  await dialog.getByRole('button', { name: 'Move 2 keys, deactivate' }).click();
  await expect(dialog.getByRole('alert')).toContainText(
    '1 key could not be moved. The user is still active.',
  );
  await expect(dialog.getByRole('listitem')).toContainText(/Otto: stays .*introspect/);
  await expect(dialog).toContainText('1 of 2 keys moved');
  await expectAccessible(page);

  await chooseUser(dialog, 'Move them to', 'ada@example.com (you)');
  await dialog.getByRole('button', { name: 'Move 1 key, deactivate' }).click();
  await expect(rowOf(page, 'otto@example.com').getByText('Deactivated')).toBeVisible();
  const ownerOf = async (id: string) =>
    (await (await page.request.get(`${url}/api/api-keys/${id}`)).json()).info.user_email;
  expect(await ownerOf(moves.info.id)).toBeNull();
  expect(await ownerOf(stays.info.id)).toBe('ada@example.com');
  const answer = await page.request.get(`${url}/api/api-keys?user=${account}&count=true`);
  expect((await answer.json()).count).toBe(1);
  expect(await callWith(url, moves.api_key)).toBe(204);
});
