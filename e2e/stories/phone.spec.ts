import type { Page } from '@playwright/test';
import { createKey } from '../support/keys.ts';
import { chooseAction, expect, expectAccessible, rowOf, test } from '../support/story.ts';

test.use({ viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true });

/** What a finger needs, in CSS pixels. */
const TARGET = 44;

/** The controls in view that a finger misses when it lands half a target above or below their middle. */
function missed(page: Page): Promise<string[]> {
  return page.evaluate((target) => {
    const isHit = (control: Element, x: number, y: number) => {
      const there = document.elementFromPoint(x, y);
      return there !== null && (control.contains(there) || there.contains(control));
    };
    const controls = document.querySelectorAll('button, input, select, summary, .top-bar a');
    return [...controls].flatMap((control) => {
      const box = control.getBoundingClientRect();
      const [x, y] = [box.left + box.width / 2, box.top + box.height / 2];
      const [above, below] = [y - target / 2 + 1, y + target / 2 - 1];
      if (box.width === 0 || above < 0 || below > window.innerHeight) return [];
      if (!isHit(control, x, y)) return [];
      // Half under what stays in sight at the lower edge: it is scrolled to first.
      const bar = document.elementFromPoint(x, below)?.closest('.selection-bar, .dialog-footer');
      if (bar && !bar.contains(control)) return [];
      // Around a box to tick, its label counts; a whole row or page around a control does not.
      const place = control.closest('label') ?? control;
      const hits = [above, below].every((at) => {
        const there = document.elementFromPoint(x, at);
        return there !== null && place.contains(there);
      });
      return hits ? [] : [control.getAttribute('aria-label') ?? control.textContent ?? ''];
    });
  }, TARGET);
}

/** How far the open dialog, or the page, can be pushed to the side. */
function sideways(page: Page): Promise<number> {
  return page.evaluate(() => {
    const box = document.querySelector('dialog') ?? document.documentElement;
    return box.scrollWidth - box.clientWidth;
  });
}

test('every control is wide enough for a finger', async ({ keysPage: page, server }) => {
  expect(await missed(page)).toEqual([]);
  await page.getByRole('checkbox', { name: 'Select Billing export' }).check();
  expect(await missed(page)).toEqual([]);
  await page.getByRole('button', { name: 'Create key' }).click();
  expect(await missed(page)).toEqual([]);
  await page.goto(`${server.url}/users`);
  await expect(page.getByText('linus@example.com')).toBeVisible();
  expect(await missed(page)).toEqual([]);
  await page.goto(`${server.url}/account`);
  await expect(page.getByRole('button', { name: 'Change password' })).toBeVisible();
  expect(await missed(page)).toEqual([]);
});

test('long names and addresses push nothing to the side', async ({ keysPage: page, server }) => {
  const email = `${'long-'.repeat(11)}name@${'far.'.repeat(8)}example.com`;
  const name = 'Thermometers'.repeat(8);
  const headers = { origin: server.url };
  const added = await page.request.post(`${server.url}/api/users`, { data: { email }, headers });
  const { user } = (await added.json()) as { user: { id: string } };
  await createKey(page, server.url, { name, user_id: user.id });

  await page.goto(`${server.url}/?user=${user.id}`);
  await expect(rowOf(page, name)).toBeVisible();
  expect(await sideways(page)).toBe(0);
  await chooseAction(page, name, 'Revoke…');
  await expect(page.getByRole('alertdialog')).toContainText(email);
  expect(await sideways(page)).toBe(0);
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Keep it' }).click();
  await page.getByRole('button', { name: `All users, not only ${email}` }).click();
  await expect(page).toHaveURL(`${server.url}/`);
});
