import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ListedUser } from '@keystamp/server/contract';
import { cleanup, render, screen } from '@testing-library/preact';
import { afterEach, expect, test } from 'vitest';
import { firstOrderOf } from '../src/features/users/use-users.ts';
import { UsersTable } from '../src/features/users/users-table.tsx';

afterEach(cleanup);

const user: ListedUser = {
  id: 'ada',
  email: null,
  name: 'עדה',
  is_admin: false,
  is_active: true,
  created_at: '2026-01-01T00:00:00.000Z',
  has_password: false,
  key_count: 2,
  last_used_at: null,
};

test('a name of the other writing direction turns nothing beside it', () => {
  render(
    <UsersTable
      users={[user]}
      me={user}
      order={firstOrderOf('address')}
      onOrder={() => {}}
      onAct={() => {}}
    />,
  );
  for (const shown of ['ada', 'עדה']) expect(screen.getByText(shown).tagName).toBe('BDI');
});

/** A name or an id of a person or a key as a child of an element: `{key.name}`, `{user.email ?? user.id}`. */
const SHOWN = /(<[^<>]*>|[^=$\s]) *\{[\w.]*(?:\bname| \?\? [\w.]*id|called|userName)\}/g;

test('every name and id of a person or a key is isolated where it is shown', () => {
  const folder = join(import.meta.dirname, '../src');
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  const shown = files
    .filter((name) => name.endsWith('.tsx'))
    .flatMap((name) => {
      const text = readFileSync(join(folder, name), 'utf8').replace(/\s+/g, ' ');
      return [...text.matchAll(SHOWN)].map((match) => ({ name, before: match[1] ?? '' }));
    });
  expect(shown.length).toBeGreaterThan(15);
  const bare = shown.filter(({ before }) => !/^<(bdi|option .*dir="auto".*)>$/.test(before));
  expect(bare).toEqual([]);
});
