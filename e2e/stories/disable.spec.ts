import { callWith, createKey } from '../support/keys.ts';
import { chooseAction, expect, expectAccessible, rowOf, test } from '../support/story.ts';

test('@main a key is disabled after one question and enabled again at once', async ({
  keysPage: page,
  server,
}, { project }) => {
  const name = `On trial ${project.name}`;
  const { api_key: apiKey } = await createKey(page, server.url, { name });
  await chooseAction(page, name, 'Disable…');
  const dialog = page.getByRole('dialog', { name: `Disable “${name}”?` });
  await expect(dialog).toContainText('No use recorded since it was created just now.');
  await expect(dialog.getByRole('button', { name: 'Keep it active' })).toBeFocused();
  await expectAccessible(page);
  await dialog.getByRole('button', { name: 'Disable key' }).click();
  await expect(rowOf(page, name).getByText('Disabled')).toBeVisible();
  await expect(rowOf(page, name).getByText('just now')).toBeVisible();
  await expect(page.getByRole('button', { name: `Actions for ${name}` })).toBeFocused();
  expect(await callWith(server.url, apiKey)).toBe(401);
  await expectAccessible(page);

  await expect(rowOf(page, name).getByText(/^Presented just now from .*, refused$/)).toBeVisible({
    timeout: 30_000,
  });
  await expectAccessible(page);

  await page.getByRole('button', { name: 'Dismiss' }).click();
  await chooseAction(page, name, 'Enable');
  await expect(rowOf(page, name).getByText('Active')).toBeVisible();
  await expect(page.getByRole('status').filter({ hasText: `${name} was enabled.` })).toHaveCount(1);
  await expect(page.getByRole('button', { name: `Actions for ${name}` })).toBeFocused();
  expect(await callWith(server.url, apiKey)).toBe(204);
});

test('the list of disabled keys loses one that is enabled, and the focus goes to the heading', async ({
  keysPage: page,
  server,
}) => {
  await createKey(page, server.url, { name: 'Filtered' });
  await chooseAction(page, 'Filtered', 'Disable…');
  await page.getByRole('button', { name: 'Disable key' }).click();
  await page.getByLabel('Status').selectOption('Disabled');
  await expect(rowOf(page, 'Billing export')).toHaveCount(0);
  await chooseAction(page, 'Filtered', 'Enable');
  await expect(rowOf(page, 'Filtered')).toHaveCount(0);
  await expect(page.getByRole('heading', { name: 'API keys' })).toBeFocused();
});

test('the question before the end of a key in use offers to disable it, without its name', async ({
  keysPage: page,
  server,
}) => {
  const { api_key: apiKey } = await createKey(page, server.url, { name: 'Doubted' });
  expect(await callWith(server.url, apiKey)).toBe(204);
  for (const action of ['Revoke', 'Delete']) {
    await chooseAction(page, 'Doubted', action);
    const dialog = page.getByRole('alertdialog');
    await expect(dialog.getByRole('button', { name: `${action} key` })).toBeDisabled();
    await expect(dialog).toContainText('Not sure? Disable it: it can be enabled again.');
    await dialog.getByRole('button', { name: 'Disable instead' }).click();
    await expect(rowOf(page, 'Doubted').getByText('Disabled')).toBeVisible();
    expect(await callWith(server.url, apiKey)).toBe(401);
    await chooseAction(page, 'Doubted', action);
    await expect(dialog.getByRole('button', { name: 'Keep it' })).toBeVisible();
    await expect(dialog.getByRole('button', { name: 'Disable instead' })).toHaveCount(0);
    await dialog.getByRole('button', { name: 'Keep it' }).click();
    await chooseAction(page, 'Doubted', 'Enable');
    await expect(rowOf(page, 'Doubted').getByText('Active')).toBeVisible();
  }
  expect(await callWith(server.url, apiKey)).toBe(204);
});

test('a server that fails to enable a key says so above the list, and nothing changes', async ({
  keysPage: page,
  server,
}) => {
  await createKey(page, server.url, { name: 'Stuck' });
  await chooseAction(page, 'Stuck', 'Disable…');
  await page.getByRole('button', { name: 'Disable key' }).click();
  await expect(rowOf(page, 'Stuck').getByText('Disabled')).toBeVisible();
  await page.route('**/enable', (route) => route.abort());
  await chooseAction(page, 'Stuck', 'Enable');
  await expect(page.getByRole('alert')).toContainText('The server cannot be reached.');
  await expect(rowOf(page, 'Stuck').getByText('Disabled')).toBeVisible();
});

test('@main selected keys are disabled together, but none that was used meanwhile', async ({
  keysPage: page,
  server,
}, { project }) => {
  const prefix = `Rest ${project.name}:`;
  const used = await createKey(page, server.url, { name: `${prefix} comes alive` });
  const idle = await createKey(page, server.url, { name: `${prefix} stays idle` });
  await page.getByRole('searchbox').fill(prefix);
  await page.getByRole('checkbox', { name: `Select ${prefix} comes alive` }).check();
  await page.getByRole('checkbox', { name: `Select ${prefix} stays idle` }).check();
  await page.getByRole('button', { name: 'Disable…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Disable 2 keys?' });
  await expect(dialog).toContainText('2without a recorded use');
  await expectAccessible(page);

  expect(await callWith(server.url, used.api_key)).toBe(204);
  await expect(async () => {
    const answer = await page.request.get(`${server.url}/api/api-keys/${used.info.id}`);
    expect((await answer.json()).info.last_used_at).not.toBeNull();
  }).toPass();
  await dialog.getByRole('button', { name: 'Disable 2 keys' }).click();
  await expect(page.getByRole('heading', { name: '1 of 2 disabled' })).toBeVisible();
  const outcome = (name: string) => page.getByRole('listitem').filter({ hasText: name });
  await expect(outcome('comes alive')).toContainText('used meanwhile, left alone');
  await expect(outcome('stays idle')).toContainText('disabled');
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Done' }).click();
  await expect(rowOf(page, `${prefix} stays idle`).getByText('Disabled')).toBeVisible();
  expect(await callWith(server.url, used.api_key)).toBe(204);
  expect(await callWith(server.url, idle.api_key)).toBe(401);
});

test('the question before many are revoked offers to disable them', async ({
  keysPage: page,
  server,
}) => {
  const { api_key: apiKey } = await createKey(page, server.url, { name: 'Lone doubt' });
  await page.getByRole('checkbox', { name: 'Select Lone doubt' }).check();
  await page.getByRole('button', { name: 'Revoke…' }).click();
  await page.getByRole('button', { name: 'Disable instead' }).click();
  await expect(page.getByRole('heading', { name: '1 of 1 disabled' })).toBeVisible();
  await page.getByRole('button', { name: 'Done' }).click();
  await expect(rowOf(page, 'Lone doubt').getByText('Disabled')).toBeVisible();
  expect(await callWith(server.url, apiKey)).toBe(401);
});

test('@main a disabled key works again after Undo, by the keyboard too', async ({
  keysPage: page,
  server,
}, { project }) => {
  const name = `Hasty ${project.name}`;
  const { api_key: apiKey } = await createKey(page, server.url, { name });
  const disable = async () => {
    await chooseAction(page, name, 'Disable…');
    await page.getByRole('button', { name: 'Disable key' }).click();
    await expect(rowOf(page, name).getByText('Disabled')).toBeVisible();
    await expect(rowOf(page, name).getByText('Nothing has presented it since')).toBeVisible();
  };
  await disable();
  const toast = page.getByRole('status').filter({ hasText: `${name} was disabled.` });
  await expectAccessible(page);
  await toast.getByRole('button', { name: 'Undo' }).click();
  await expect(page.getByText('The key works again.')).toBeVisible();
  await expect(rowOf(page, name).getByText('Active')).toBeVisible();
  expect(await callWith(server.url, apiKey)).toBe(204);

  await disable();
  await expect(page.getByRole('button', { name: `Actions for ${name}` })).toBeFocused();
  await page.keyboard.press('Control+z');
  await expect(rowOf(page, name).getByText('Active')).toBeVisible();
  expect(await callWith(server.url, apiKey)).toBe(204);
});

test('keys that were disabled together work again after Undo', async ({
  keysPage: page,
  server,
}) => {
  const keys = [];
  for (const name of ['Hasty: one', 'Hasty: two']) {
    keys.push(await createKey(page, server.url, { name }));
  }
  await page.getByRole('searchbox').fill('Hasty:');
  for (const { info } of keys) {
    await page.getByRole('checkbox', { name: `Select ${info.name}` }).check();
  }
  await page.getByRole('button', { name: 'Disable…' }).click();
  await page.getByRole('button', { name: 'Disable 2 keys' }).click();
  await expect(page.getByRole('heading', { name: '2 of 2 disabled' })).toBeVisible();
  await page.getByRole('button', { name: 'Done' }).click();
  await expect(rowOf(page, 'Hasty: one').getByText('Disabled')).toBeVisible();
  const toast = page.getByRole('status').filter({ hasText: '2 keys were disabled.' });
  await toast.getByRole('button', { name: 'Undo' }).click();
  await expect(page.getByText('2 keys work again.')).toBeVisible();
  for (const { info, api_key: apiKey } of keys) {
    await expect(rowOf(page, info.name).getByText('Active')).toBeVisible();
    expect(await callWith(server.url, apiKey)).toBe(204);
  }
});
