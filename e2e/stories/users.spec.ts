import { callWith, createKey } from '../support/keys.ts';
import { seed } from '../support/seed.ts';
import { expect, expectAccessible, rowOf, signIn, test, withServer } from '../support/story.ts';

const passphrase = 'another long passphrase';

test('@main an administrator adds a user, who sees their own keys only', async ({
  keysPage: page,
  server,
  browser,
}, { project }) => {
  const email = `mary-${project.name}@example.com`;
  await page.getByRole('link', { name: 'Users' }).click();
  await expect(rowOf(page, 'linus@example.com')).toBeVisible();
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Add user' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('E-mail').fill('ada@example.com');
  await dialog.getByRole('button', { name: 'Add user' }).click();
  await expect(dialog.getByRole('alert')).toContainText('Taken');
  await dialog.getByLabel('E-mail').fill(email);
  await dialog.getByLabel('Password (optional)').fill(passphrase);
  await dialog.getByLabel('Repeat the password').fill(passphrase);
  await expectAccessible(page);
  await dialog.getByRole('button', { name: 'Add user' }).click();
  await expect(rowOf(page, email)).toBeVisible();

  const context = await browser.newContext();
  const theirs = await context.newPage();
  await signIn(theirs, server.url, { email, password: passphrase });
  await expect(theirs.getByRole('heading', { name: 'No keys yet' })).toBeVisible();
  await expect(theirs.getByRole('link', { name: 'Users' })).toHaveCount(0);
  await expectAccessible(theirs);
  await theirs.goto(`${server.url}/users`);
  await expect(theirs.getByRole('heading', { name: 'There is nothing here' })).toBeVisible();
  await context.close();
});

test('deactivating tells of the keys in use, stops them, and activating brings the keys back, no session', async ({
  keysPage: page,
  server,
}) => {
  const headers = { origin: server.url };
  const data = { email: 'joan@example.com', password: passphrase };
  const made = await page.request.post(`${server.url}/api/users`, { data, headers });
  const { user } = await made.json();
  const { api_key: apiKey } = await createKey(page, server.url, {
    name: 'Of Joan',
    user_id: user.id,
  });
  expect(await callWith(server.url, apiKey)).toBe(204);

  await page.getByRole('link', { name: 'Users' }).click();
  await page.getByRole('button', { name: 'Actions for joan@example.com' }).click();
  await page.getByRole('menuitem', { name: 'Deactivate' }).click();
  const dialog = page.getByRole('alertdialog');
  await expect(dialog).toContainText(
    '1 active key; the most recently used is Of Joan. Used just now',
  );
  await expectAccessible(page);
  await expect(dialog.getByText('Ended sessions do not come back')).toBeVisible();
  await dialog.getByRole('button', { name: 'Deactivate' }).click();
  await expect(rowOf(page, 'joan@example.com').getByText('Deactivated')).toBeVisible();
  expect(await callWith(server.url, apiKey)).toBe(401);

  await page.getByRole('link', { name: / keys? of joan@example.com/ }).click();
  await expect(page).toHaveURL(`${server.url}/?user=${user.id}`);
  await expect(rowOf(page, 'Of Joan').getByText('User inactive')).toBeVisible();
  await expect(page.getByText('1 key', { exact: true })).toBeVisible();
  await page.getByRole('button', { name: 'All users, not only joan@example.com' }).click();
  await expect(rowOf(page, 'Billing export')).toBeVisible();

  await page.getByRole('link', { name: 'Users' }).click();
  await page.getByRole('button', { name: 'Actions for joan@example.com' }).click();
  await page.getByRole('menuitem', { name: 'Activate' }).click();
  await expect(rowOf(page, 'joan@example.com').getByText('Active')).toBeVisible();
  expect(await callWith(server.url, apiKey)).toBe(204);
});

test('a password that an administrator sets is the one to sign in with', async ({
  keysPage: page,
  server,
  browser,
}) => {
  const headers = { origin: server.url };
  const data = { email: 'kate@example.com' };
  await page.request.post(`${server.url}/api/users`, { data, headers });
  await page.getByRole('link', { name: 'Users' }).click();
  await expect(rowOf(page, 'kate@example.com').getByText('no password')).toBeVisible();
  await page.getByRole('button', { name: 'Actions for kate@example.com' }).click();
  await page.getByRole('menuitem', { name: 'Set a new password' }).click();
  await page.getByRole('textbox', { name: 'New password' }).fill(passphrase);
  await page.getByRole('textbox', { name: 'Repeat the password' }).fill(passphrase);
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Set password' }).click();
  await expect(rowOf(page, 'kate@example.com').getByText('no password')).toHaveCount(0);
  const context = await browser.newContext();
  await signIn(await context.newPage(), server.url, {
    email: 'kate@example.com',
    password: passphrase,
  });
  await context.close();
});

test('the last administrator stays, and the page says why', async ({ keysPage: page }) => {
  await page.getByRole('link', { name: 'Users' }).click();
  await page.getByRole('button', { name: 'Actions for ada@example.com' }).click();
  await page.getByRole('menuitem', { name: 'Make an ordinary user' }).click();
  await expect(page.getByRole('alert')).toContainText(/administrator/);
});

test('users come with how many keys they have and when one was last used, sorted by each', async ({
  page,
  database,
}) => {
  const prepare = (opened: Parameters<typeof seed>[0]) =>
    seed(opened, [
      { name: 'One', user: 'ben@example.com', usedDaysAgo: 2, createdDaysAgo: 40 },
      { name: 'Two', user: 'cid@example.com', usedDaysAgo: 9, createdDaysAgo: 40 },
      { name: 'Three', user: 'cid@example.com', createdDaysAgo: 40 },
      { name: 'Four', user: 'dot@example.com', createdDaysAgo: 40 },
    ]);
  await withServer(database, { prepare }, async (server) => {
    await signIn(page, server.url);
    await page.getByRole('link', { name: 'Users' }).click();
    const names = page.locator('.users-table .key-name');
    await expect(names).toHaveText([
      /^ada/,
      'ben@example.com',
      'cid@example.com',
      'dot@example.com',
    ]);
    await expect(rowOf(page, 'cid@example.com')).toContainText('2 keys9 days ago');
    await expect(rowOf(page, 'dot@example.com')).toContainText('1 key—no use recorded');
    await page.getByRole('button', { name: 'Keys', exact: true }).click();
    await expect(names.first()).toHaveText('cid@example.com');
    await expect(page.getByRole('columnheader', { name: 'Keys' })).toHaveAttribute(
      'aria-sort',
      'descending',
    );
    await page.getByRole('button', { name: 'Last used' }).click();
    await expect(names).toHaveText([
      'ben@example.com',
      'cid@example.com',
      /^ada/,
      'dot@example.com',
    ]);
    await page.getByRole('button', { name: 'Last used' }).click();
    await expect(names.first()).toHaveText('cid@example.com');
    await expectAccessible(page);
    await page.getByRole('link', { name: '2 keys of cid@example.com' }).click();
    await expect(page.getByText('2 keys', { exact: true })).toBeVisible();
  });
});
