import { expect, expectAccessible, rowOf, signIn, test } from '../support/story.ts';

test('the theme is light, dark or the system’s, and stays chosen', async ({
  keysPage: page,
  colorScheme,
}) => {
  const scheme = () =>
    page.evaluate(() =>
      getComputedStyle(document.documentElement).getPropertyValue('color-scheme'),
    );
  const choose = async (name: string) => {
    await page.getByRole('button', { name: 'Account of ada@example.com' }).click();
    await page.getByRole('menuitemradio', { name }).click();
  };
  expect(await scheme()).toBe('light dark');
  const other = colorScheme === 'light' ? 'Dark theme' : 'Light theme';
  const chosen = colorScheme === 'light' ? 'dark' : 'light';
  await choose(other);
  expect(await scheme()).toBe(chosen);
  await page.reload();
  await expect(rowOf(page, 'Billing export')).toBeVisible();
  expect(await scheme()).toBe(chosen);
  await expectAccessible(page);
  await choose('Theme of the system');
  expect(await scheme()).toBe('light dark');
});

test('@main the account: own keys, and a new password ends other sessions', async ({
  keysPage: page,
  server,
}, { project }) => {
  const email = `rosa-${project.name}@example.com`;
  const before = 'the first passphrase';
  const after = 'the second passphrase';
  const headers = { origin: server.url };
  const data = { email, password: before };
  await page.request.post(`${server.url}/api/users`, { data, headers });
  await page.context().clearCookies();
  await signIn(page, server.url, data);
  await page.getByRole('button', { name: `Account of ${email}` }).click();
  await expectAccessible(page);
  await page.getByRole('menuitem', { name: 'Account and password' }).click();
  await expectAccessible(page);
  await page.getByLabel('Current password').fill('wrong');
  await page.getByLabel('New password').fill(after);
  await page.getByLabel('Repeat the password').fill(after);
  await page.getByRole('button', { name: 'Change password' }).click();
  await expect(page.getByRole('alert')).toBeVisible();
  await page.getByLabel('Current password').fill(before);
  await page.getByRole('button', { name: 'Change password' }).click();
  await expect(page.getByText('The password is changed.')).toBeVisible();
  await page.getByRole('button', { name: `Account of ${email}` }).click();
  await page.getByRole('menuitem', { name: 'Sign out' }).click();
  await expect(page.getByLabel('E-mail')).toBeVisible();
  await signIn(page, server.url, { email, password: after });
});

test('a password can be looked at while it is typed, and the page says what to do without it', async ({
  page,
  server,
}) => {
  await page.goto(`${server.url}/sign-in`);
  const password = page.getByLabel('Password');
  await password.fill('what is typed');
  await page.getByRole('button', { name: 'Show what is typed' }).click();
  await expect(password).toHaveAttribute('type', 'text');
  await expect(password).toHaveValue('what is typed');
  await page.getByRole('button', { name: 'Hide what is typed' }).click();
  await expect(password).toHaveAttribute('type', 'password');
  await page.getByText('Forgot the password?').click();
  await expect(page.getByText('keystamp users reset-password')).toBeVisible();
  await expectAccessible(page);
});
