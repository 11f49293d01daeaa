import { cleanup, render, screen } from '@testing-library/preact';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeAll, expect, test, vi } from 'vitest';
import { type Choice, Combobox } from '../src/components/combobox.tsx';

beforeAll(() => {
  // jsdom has no popovers, and does no layout.
  HTMLElement.prototype.showPopover ??= () => {};
  Element.prototype.scrollIntoView ??= () => {};
  const matches = Element.prototype.matches;
  Element.prototype.matches = function (this: Element, selector: string) {
    return selector !== ':popover-open' && matches.call(this, selector);
  } as typeof matches;
});
afterEach(cleanup);

const choices: readonly Choice[] = [
  { id: 'ada', text: 'ada@example.com' },
  { id: 'linus', text: 'linus@example.com' },
];

function show(isSearching: boolean) {
  const onChoose = vi.fn();
  render(
    <Combobox
      id="user"
      aria-describedby={undefined}
      {...{ 'aria-invalid': undefined }}
      value={null}
      choices={choices}
      isSearching={isSearching}
      note={null}
      onSearch={() => {}}
      onChoose={onChoose}
    />,
  );
  return onChoose;
}

test('Enter chooses the first of what was searched for', async () => {
  const onChoose = show(false);
  await userEvent.type(screen.getByRole('combobox'), 'a{Enter}');
  expect(onChoose).toHaveBeenCalledExactlyOnceWith('ada');
});

test('Enter chooses nothing while the choices are those of the text before', async () => {
  const onChoose = show(true);
  await userEvent.type(screen.getByRole('combobox'), 'linus{Enter}');
  expect(onChoose).not.toHaveBeenCalled();
  expect(screen.getByRole('combobox').getAttribute('aria-expanded')).toBe('true');
});

test('arrows choose, and what was typed without a choice is put back', async () => {
  const onChoose = show(false);
  const field = screen.getByRole<HTMLInputElement>('combobox');
  await userEvent.type(field, 'x{ArrowDown}{Enter}');
  expect(onChoose).toHaveBeenLastCalledWith('linus');
  await userEvent.type(field, 'nobody');
  await userEvent.tab();
  expect(field.value).toBe('');
});
