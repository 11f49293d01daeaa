import { admin } from '../support/seed.ts';
import { expect, expectAccessible, rowOf, signIn, test } from '../support/story.ts';

test('@main an address that cannot be followed whole says so, and can be corrected', async ({
  keysPage: page,
  server,
}) => {
  await page.goto(`${server.url}/?q=linus&status=stale&call=0900`);
  const notice = page.getByText('It leaves out: status, an unknown part.');
  await expect(notice).toBeVisible();
  await expect(rowOf(page, 'Mobile app')).toBeVisible();
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Correct the address' }).click();
  await expect(notice).toHaveCount(0);
  await expect(page).toHaveURL(`${server.url}/?q=linus`);
});

test('@main a page of another order of the list leads to the first one', async ({
  keysPage: page,
  server,
}) => {
  const answer = await page.request.get(`${server.url}/api/api-keys?user=all&limit=1`);
  const { next_cursor } = await answer.json();
  for (const stale of [`sort=name&page=2&cursor=${next_cursor}`, 'page=2&cursor=cut-off']) {
    await page.goto(`${server.url}/?${stale}`);
    await expect(
      page.getByRole('heading', { name: 'This page of the list cannot be found' }),
    ).toBeVisible();
    await expect(page.getByText('next_cursor')).toHaveCount(0);
    await expectAccessible(page);
    await page.getByRole('alert').getByRole('button', { name: 'First page' }).click();
    await expect(rowOf(page, 'Billing export')).toBeVisible();
  }
  await page.goto(`${server.url}/?q=%01`);
  await expect(page.getByText('It cannot be used for: search.')).toBeVisible();
  await page.getByRole('button', { name: 'Show all keys' }).click();
  await expect(rowOf(page, 'Billing export')).toBeVisible();
});

test('@main the sign-in form is for who is not signed in', async ({ page, server }) => {
  await page.goto(`${server.url}/users`);
  await page.getByLabel('E-mail').fill(admin.email);
  const second = await page.context().newPage();
  await signIn(second, server.url);
  await expect(page.getByText(`${admin.email} is signed in in this browser.`)).toBeVisible();
  await expect(page.getByLabel('E-mail')).toHaveValue(admin.email);
  await expectAccessible(page);
  await page.getByRole('link', { name: 'Go on as this user' }).click();
  await expect(page.getByRole('heading', { name: 'Users' })).toBeVisible();

  for (const bookmark of ['/sign-in', '/sign-in?oidc=expired', '/sign-in?next=%2Faccount']) {
    await second.goto(server.url + bookmark);
    const name = bookmark.includes('account') ? 'Account' : 'API keys';
    await expect(second.getByRole('heading', { name, exact: true })).toBeVisible();
  }
});
