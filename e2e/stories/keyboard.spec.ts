import { expect, rowOf, test } from '../support/story.ts';

test('a key is made, found and revoked by keyboard alone', async ({ keysPage: page }) => {
  await expect(rowOf(page, 'Billing export')).toBeVisible();
  await page.keyboard.press('Tab');
  await expect(page.getByRole('link', { name: 'Skip to the content' })).toBeFocused();
  await page.keyboard.press('Enter');
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
  const actions = page.getByRole('button', { name: 'Actions for By hand' });
  for (let press = 0; press < 20; press++) {
    await page.keyboard.press('Tab');
    if (await actions.evaluate((element) => element === document.activeElement)) break;
  }
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
