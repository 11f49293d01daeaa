import { cleanup, fireEvent, render, screen, waitFor } from '@testing-library/preact';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { SetupForm } from '../src/features/setup/setup-form.tsx';

/** The server's answer to whatever is sent. */
function answer(status: number, body: object) {
  const network = vi.fn(async () => new Response(JSON.stringify(body), { status }));
  vi.stubGlobal('fetch', network);
  return network;
}

function refusal(...errors: { field: string; message: string }[]) {
  const detail = errors.map(({ field, message }) => `${field}: ${message}`).join('; ');
  return answer(400, { title: 'Bad Request', detail, errors });
}

const fill = (label: string, value: string) =>
  fireEvent.change(screen.getByLabelText(label), { target: { value } });
const fillPassword = (value: string) => {
  fill('Password', value);
  fill('Repeat the password', value);
};
const send = () => fireEvent.click(screen.getByRole('button', { name: 'Set up' }));
const errorOf = (label: string) =>
  screen.getByLabelText(label).getAttribute('aria-invalid') === 'true';
const alerts = () => screen.queryAllByRole('alert').map((alert) => alert.textContent);

beforeEach(() => {
  render(<SetupForm token="a-token" onDone={() => {}} />);
});
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

describe('a form', () => {
  test('marks every wrong field at once, and sends nothing', async () => {
    const network = answer(201, {});
    fill('E-mail', 'ada');
    fillPassword('short');
    send();
    await waitFor(() => expect(alerts()).toHaveLength(2));
    expect([errorOf('E-mail'), errorOf('Password')]).toEqual([true, true]);
    expect(alerts()).toEqual(['An address like ada@example.com.', 'At least 12 characters.']);
    expect(network).not.toHaveBeenCalled();
  });

  test('has the focus at the first wrong field, whoever found it wrong, each time', async () => {
    refusal({ field: 'password', message: 'is the address' });
    fill('E-mail', 'ada');
    fillPassword('short');
    const focused = () => document.activeElement?.getAttribute('type');
    send();
    await waitFor(() => expect(focused()).toBe('email'));
    fill('E-mail', 'ada@example.com');
    send();
    await waitFor(() => expect(focused()).toBe('password'));
    fillPassword('nobody guesses this one');
    screen.getByRole('button', { name: 'Set up' }).focus();
    send();
    await waitFor(() => expect([alerts(), focused()]).toEqual([['Is the address.'], 'password']));
  });

  test('is sent once, however often it is clicked before the answer', async () => {
    let respond = (_answer: Response) => {};
    const network = vi.fn(
      (..._request: Parameters<typeof fetch>) =>
        new Promise<Response>((resolve) => {
          respond = resolve;
        }),
    );
    vi.stubGlobal('fetch', network);
    fill('E-mail', 'ada@example.com');
    fillPassword('nobody guesses this one');
    const button = screen.getByRole('button', { name: 'Set up' });
    fireEvent.click(button);
    fireEvent.click(button);
    fireEvent.doubleClick(button);
    await waitFor(() => expect(network).toHaveBeenCalled());
    fireEvent.click(button);
    respond(new Response('{}', { status: 201 }));
    await waitFor(() => expect((button as HTMLButtonElement).disabled).toBe(false));
    // What follows a success is of another kind.
    const sent = network.mock.calls.filter(([url]) => String(url).includes('/setup'));
    expect(sent).toHaveLength(1);
  });

  test('says once what the server finds wrong and no field shows', async () => {
    refusal({ field: 'token', message: 'expected the token of the newest set-up link' });
    fill('E-mail', 'ada@example.com');
    fillPassword('nobody guesses this one');
    send();
    const once = 'Token: expected the token of the newest set-up link.';
    await waitFor(() => expect(alerts()).toEqual([once]));
  });

  test('says at the fields what is of them, and the rest beside', async () => {
    refusal(
      { field: 'email', message: 'taken by another user' },
      { field: 'token', message: 'expected another' },
    );
    fill('E-mail', 'ada@example.com');
    fillPassword('nobody guesses this one');
    send();
    await waitFor(() =>
      expect(alerts()).toEqual(['Taken by another user.', 'Token: expected another.']),
    );
    expect([errorOf('E-mail'), errorOf('Password')]).toEqual([true, false]);
  });
});
