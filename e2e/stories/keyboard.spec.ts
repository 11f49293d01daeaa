import { expect, expectAccessible, rowOf, test } from '../support/story.ts';

test('a key is made, found and revoked by keyboard alone', async ({ keysPage: page }) => {
  await expect(rowOf(page, 'Billing export')).toBeVisible();
  await page.keyboard.press('Tab');
  await expect(page.getByRole('link', { name: 'Skip to the content' })).toBeFocused();
  await page.keyboard.press('Enter');
  // The review of unused keys stands before the button, where there are some.
  const review = page.getByRole('link', { name: /^Review/ });
  await review.waitFor();
  await page.keyboard.press('Tab');
  await expect(review).toBeFocused();
  await page.keyboard.press('Tab');
  await expect(page.getByRole('button', { name: 'Create key' })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('textbox', { name: 'Name' })).toBeFocused();
  await page.keyboard.type('By hand');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('textbox', { name: 'The key' })).toBeFocused();
  await page.keyboard.press('ControlOrMeta+c');
  await expect(page.getByText('The key is in the clipboard.')).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toHaveCount(0);

  await page.keyboard.press('Tab');
  await expect(page.getByRole('searchbox')).toBeFocused();
  await page.keyboard.type('by hand');
  await expect(page.getByText('1 key', { exact: true })).toBeVisible();
  const row = rowOf(page, 'By hand');
  for (let press = 0; press < 20; press++) {
    await page.keyboard.press('Tab');
    if (await row.evaluate((element) => element.contains(document.activeElement))) break;
  }
  await expect(page.getByRole('checkbox', { name: 'Select By hand' })).toBeFocused();
  await page.keyboard.press('End');
  const actions = page.getByRole('button', { name: 'Actions for By hand' });
  await expect(actions).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('menuitem', { name: 'Edit' })).toBeFocused();
  await page.keyboard.press('End');
  await page.keyboard.press('ArrowUp');
  await expect(page.getByRole('menuitem', { name: 'Revoke' })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('button', { name: 'Keep it' })).toBeFocused();
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await expect(rowOf(page, 'By hand').getByText('Revoked')).toBeVisible();
  await expect(actions).toBeFocused();
});

test('each row is one tab stop, and arrows go within it and along its column', async ({
  keysPage: page,
}) => {
  const stops = () =>
    page
      .locator('.key-table tbody tr')
      .evaluateAll((rows) =>
        rows.map(
          (row) =>
            [...row.querySelectorAll<HTMLElement>('a, button, input')].filter(
              ({ tabIndex }) => tabIndex === 0,
            ).length,
        ),
      );
  expect(new Set(await stops())).toEqual(new Set([1]));
  const first = page.getByRole('checkbox', { name: /^Select / }).nth(1);
  await first.focus();
  await page.keyboard.press('ArrowRight');
  const link = page.locator('.key-table tbody tr').first().locator('a.key-name');
  await expect(link).toBeFocused();
  await page.keyboard.press('ArrowDown');
  await expect(page.locator('.key-table tbody tr').nth(1).locator('a.key-name')).toBeFocused();
  await page.keyboard.press('ArrowUp');
  await page.keyboard.press('Home');
  await expect(first).toBeFocused();
  await page.keyboard.press('Tab');
  const second = page.locator('.key-table tbody tr').nth(1);
  expect(await second.evaluate((row) => row.contains(document.activeElement))).toBe(true);
  await page.keyboard.press('Control+End');
  const last = page.locator('.key-table tbody tr').last();
  await expect(last.getByRole('button', { name: /^Actions for/ })).toBeFocused();
  expect(new Set(await stops())).toEqual(new Set([1]));
});

test('keys of one letter search, create, select and show what they do, and can be turned off', async ({
  keysPage: page,
}) => {
  await page.keyboard.press('/');
  const search = page.getByRole('searchbox');
  await expect(search).toBeFocused();
  await page.keyboard.type('c/x?');
  await expect(search).toHaveValue('c/x?');
  await search.fill('');
  const box = page.getByRole('checkbox', { name: 'Select Billing export' });
  await box.focus();
  await page.keyboard.press('x');
  await expect(box).toBeChecked();
  await page.keyboard.press('x');
  await expect(box).not.toBeChecked();
  await page.keyboard.press('c');
  await expect(page.getByRole('dialog', { name: 'Create a key' })).toBeVisible();
  await page.keyboard.press('Escape');

  await page.keyboard.press('?');
  const help = page.getByRole('dialog', { name: 'Keyboard shortcuts' });
  await expect(help).toBeVisible();
  await expectAccessible(page);
  await help.getByRole('checkbox').uncheck();
  await page.keyboard.press('Escape');
  await expect(help).toHaveCount(0);
  await page.keyboard.press('c');
  await page.keyboard.press('?');
  await expect(page.getByRole('dialog')).toHaveCount(0);
  await page.reload();
  await expect(rowOf(page, 'Billing export')).toBeVisible();
  await page.keyboard.press('/');
  await expect(search).not.toBeFocused();
  await page.getByRole('button', { name: /^Account of/ }).click();
  await page.getByRole('menuitem', { name: 'Keyboard shortcuts' }).click();
  await help.getByRole('checkbox').check();
});

test('a form that was filled in asks before Esc throws it away', async ({ keysPage: page }) => {
  const dialog = page.getByRole('dialog', { name: 'Create a key' });
  await page.getByRole('button', { name: 'Create key' }).click();
  await page.keyboard.press('Escape');
  await expect(dialog).toHaveCount(0);

  await page.getByRole('button', { name: 'Create key' }).click();
  await page.getByRole('textbox', { name: 'Name' }).fill('Half filled');
  await page.keyboard.press('Escape');
  await expect(page.getByText('Throw away what you filled in?')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Keep editing' })).toBeFocused();
  await expectAccessible(page);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('textbox', { name: 'Name' })).toHaveValue('Half filled');
  await dialog.getByRole('button', { name: 'Close' }).click();
  await page.getByRole('button', { name: 'Throw away' }).click();
  await expect(dialog).toHaveCount(0);
});

test('a user is searched for and chosen by keyboard; Esc closes the choices and not the form', async ({
  keysPage: page,
}) => {
  await page.getByRole('button', { name: 'Create key' }).click();
  await page.getByRole('textbox', { name: 'Name' }).fill('For Grace');
  const user = page.getByRole('combobox', { name: 'User' });
  await user.focus();
  await expect(user).toHaveValue('ada@example.com (you)');
  await page.keyboard.type('GRACE');
  await expect(page.getByRole('listbox').getByRole('option')).toHaveText(['grace@example.com']);
  await expectAccessible(page);
  await page.keyboard.press('Escape');
  await expect(page.getByRole('listbox')).toHaveCount(0);
  await expect(user).toHaveValue('ada@example.com (you)');
  await expect(page.getByRole('dialog', { name: 'Create a key' })).toBeVisible();
  await page.keyboard.type('grace');
  await expect(page.getByRole('listbox')).toHaveAttribute('aria-busy', 'false');
  await page.keyboard.press('Enter');
  await expect(user).toHaveValue('grace@example.com');
  await user.fill('nobody of this name');
  await expect(page.getByText('No active user matches')).toBeVisible();
  await page.keyboard.press('Tab');
  await expect(user).toHaveValue('grace@example.com');
  await page.getByRole('dialog').getByRole('button', { name: 'Create key' }).click();
  await expect(page.getByRole('textbox', { name: 'The key' })).toBeFocused();
  await page.keyboard.press('ControlOrMeta+c');
  await page.keyboard.press('Escape');
  await expect(rowOf(page, 'For Grace')).toContainText('grace@example.com');
});

test('Esc closes a menu and gives the focus back', async ({ keysPage: page }) => {
  const actions = page.getByRole('button', { name: 'Actions for Billing export' });
  await actions.focus();
  await page.keyboard.press('ArrowDown');
  await expect(page.getByRole('menu')).toBeVisible();
  await page.keyboard.press('d');
  await expect(page.getByRole('menuitem', { name: 'Disable' })).toBeFocused();
  await page.keyboard.press('d');
  await expect(page.getByRole('menuitem', { name: 'Delete' })).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('menu')).toHaveCount(0);
  await expect(actions).toBeFocused();
});

test('at twice the size nothing is cut off to the side', async ({ keysPage: page }) => {
  await page.setViewportSize({ width: 640, height: 400 });
  await expect(rowOf(page, 'Billing export')).toBeVisible();
  const overflow = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  );
  expect(overflow).toBeLessThanOrEqual(0);
});
