import { createKey } from '../support/keys.ts';
import { chooseAction, expect, expectAccessible, rowOf, test } from '../support/story.ts';

const note = 'Sends the invoices.\nAsk the billing team before you end it.';

test('@main a note stands beside the prefix, and hover, focus and touch show all of it', async ({
  keysPage: page,
}, { project }) => {
  const name = `Noted ${project.name}`;
  await page.getByRole('button', { name: 'Create key' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Name').fill(name);
  await dialog.getByLabel('Note').fill('x'.repeat(501));
  await dialog.getByRole('button', { name: 'Create key' }).click();
  await expect(dialog.getByRole('alert')).toHaveText('At most 500 characters. These are 501.');
  await expect(dialog.getByLabel('Note')).toBeFocused();
  await expectAccessible(page);
  await dialog.getByLabel('Note').fill(note);
  await dialog.getByRole('button', { name: 'Create key' }).click();
  await page.getByRole('button', { name: 'Copy key' }).click();
  await page.getByRole('button', { name: 'Done' }).click();

  const line = rowOf(page, name).getByRole('button', { name: /Sends the invoices/ });
  await line.focus();
  // The mouse may rest on a time, whose exact one shows then.
  const whole = page.getByRole('tooltip').filter({ hasText: 'Sends the invoices.' });
  await expect(whole).toHaveText(note);
  await expectAccessible(page);
  await page.keyboard.press('Escape');
  await expect(whole).toHaveCount(0);
});

test('a note and metadata are edited, and a change of one leaves the other alone', async ({
  keysPage: page,
  server,
}) => {
  const { info } = await createKey(page, server.url, {
    name: 'Described',
    metadata: { team: 'billing', plan: ' gold ' },
  });
  const stored = async () =>
    (await (await page.request.get(`${server.url}/api/api-keys/${info.id}`)).json()).info;
  await chooseAction(page, 'Described', 'Edit…');
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Note').fill(note);
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(rowOf(page, 'Described').getByText('Sends the invoices.')).toBeVisible();
  expect(await stored()).toMatchObject({ note, metadata: { team: 'billing', plan: ' gold ' } });

  await chooseAction(page, 'Described', 'Edit…');
  const metadata = dialog.getByLabel('Metadata');
  await metadata.fill('team');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(dialog.getByRole('alert')).toHaveText('"team": expected a name, “=” and a value.');
  await expectAccessible(page);
  await metadata.fill('team = shop\nregion = eu');
  await dialog.getByLabel('Note').fill('');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(dialog).toHaveCount(0);
  expect(await stored()).toMatchObject({ note: null, metadata: { team: 'shop', region: 'eu' } });
});

test('after a rotation the old key works for a day, and each key names the other', async ({
  keysPage: page,
  server,
}) => {
  const { info } = await createKey(page, server.url, { name: 'Turned over' });
  await chooseAction(page, 'Turned over', 'Rotate…');
  await expect(page.getByLabel('The old key')).toHaveValue('86400');
  await page.getByRole('button', { name: 'Make the new key' }).click();
  await page.getByRole('button', { name: 'Copy key' }).click();
  await page.getByRole('button', { name: 'Done' }).click();
  await page.getByRole('searchbox').fill('Turned over');
  await expect(page.getByText('2 keys', { exact: true })).toBeVisible();
  const next = page.getByRole('row').filter({ hasText: `Replaces ${info.key_prefix}` });
  const prefix = (await next.locator('code.key-prefix').textContent())?.replace('…', '');
  const old = page.getByRole('row').filter({ hasText: `Replaced by ${prefix}` });
  await expect(old.locator('code.key-prefix')).toHaveText(`${info.key_prefix}…`);
  await expect(old).toContainText('in 24 hours');
  await expectAccessible(page);
});
