import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { createTestDatabase, type TestDatabase } from '@keystamp/testing/databases/test-database';
import type { Keystamp } from 'keystamp';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { examples } from './program.js';

interface Tenants {
  readonly keystamp: Keystamp;
  add(id: string): Promise<string>;
  list(): Promise<{ id: string }[]>;
  close(): Promise<void>;
}

let ground: TestDatabase;
beforeAll(async () => {
  ground = await createTestDatabase();
  // What lies in `public` of a test's database is there to be met by statements of ours, and no service has it.
  await ground.database.query('drop schema public cascade; create schema public');
});
afterAll(() => ground.drop());

async function openTenants(name: string): Promise<Tenants> {
  const module = await import(join(examples, `beside/${name}.js`));
  return module.openTenants(ground.url);
}

/** It asks a person before it would drop anything, and finds nobody. */
function pushDrizzle(): string {
  const args = ['push', '--config', 'beside/drizzle.config.js'];
  return execFileSync(join(examples, 'node_modules/.bin/drizzle-kit'), args, {
    cwd: examples,
    env: { ...process.env, DATABASE_URL: ground.url as string },
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

async function columnsOfKeystamp(): Promise<unknown[]> {
  const { rows } = await ground.database.query(
    `select table_name, column_name, data_type from information_schema.columns
      where table_schema = 'keystamp' order by 1, 2`,
  );
  return rows;
}

it('drizzle-kit makes its own table, leaves ours alone, and finds no drift', async () => {
  const before = await columnsOfKeystamp();
  expect(pushDrizzle()).toContain('Changes applied');
  expect(pushDrizzle()).toContain('No changes detected');
  expect(before.length).toBeGreaterThan(50);
  expect(await columnsOfKeystamp()).toEqual(before);
});

it.each(['kysely', 'drizzle'])('%s: a tenant and its first key are one commit', async (name) => {
  const tenants = await openTenants(name);
  try {
    const apiKey = await tenants.add(name);
    expect(await tenants.keystamp.validateUserApiKey(apiKey)).toMatchObject({ valid: true });
    // The key of the second try goes with its tenant.
    await expect(tenants.add(name)).rejects.toThrow();
    expect((await tenants.list()).filter(({ id }) => id === name)).toHaveLength(1);
    expect((await tenants.keystamp.listApiKeys({ userId: name })).keys).toHaveLength(1);
  } finally {
    await tenants.close();
  }
});
