import { cleanup, render, screen } from '@testing-library/preact';
import { afterEach, expect, test } from 'vitest';
import { ScopesField } from '../src/features/api-keys/dialogs/scopes-field.tsx';

afterEach(cleanup);

function hint(mustStayScoped: boolean) {
  const text = { value: '', onChange: () => {}, error: undefined };
  render(<ScopesField mustStayScoped={mustStayScoped} {...text} />);
  const id = screen.getByLabelText('Scopes').getAttribute('aria-describedby') ?? '';
  return document.getElementById(id)?.textContent;
}

test('says what a key without scopes may do, and who may refuse it', () => {
  expect(hint(false)).toMatch(/A key without scopes may do whatever its user may\./);
  cleanup();
  expect(hint(false)).toMatch(/token introspection may demand a scope, and refuse it\./);
});

test('says of a key with scopes that one stays', () => {
  expect(hint(true)).toMatch(/At least one stays/);
});
