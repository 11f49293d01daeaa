import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createTestKeystamp, type TestKeystamp } from '../support/keystamp.js';

const DAY_MS = 86_400_000;

let test: TestKeystamp;
beforeEach(async () => {
  test = await createTestKeystamp();
});
afterEach(() => test.close());

/** A key that was made and last used (null: never) so many days ago. */
async function aged(madeDays: number, usedDays: number | null): Promise<string> {
  const { key } = await test.issue();
  await test.ground.database.query(
    `update keystamp.api_keys set created_at = now() - $2::float8 * interval '1 day',
       last_used_at = now() - $3::float8 * interval '1 day' where id = $1`,
    [key.id, madeDays, usedDays],
  );
  return key.id;
}

async function unusedFor(days: number): Promise<string[]> {
  return (await test.keystamp.listApiKeys({ unusedFor: days })).keys.map(({ id }) => id);
}

describe('a restore that is booked', () => {
  it('G10 is where the record of uses begins, and shows at once', async () => {
    const { keystamp } = test;
    const before = await keystamp.listApiKeys();
    expect(before.restoredAt).toBeNull();
    const backupAt = new Date(keystamp.now().getTime() - DAY_MS);
    const booked = await keystamp.bookRestore(backupAt);
    expect(booked.backupAt).toEqual(backupAt);
    expect(Math.abs(booked.restoredAt.getTime() - keystamp.now().getTime())).toBeLessThan(60_000);
    const after = await keystamp.listApiKeys();
    expect([after.trackingSince, after.restoredAt]).toEqual([booked.restoredAt, booked.restoredAt]);
    expect(after.trackingSince.getTime()).toBeGreaterThan(before.trackingSince.getTime());
  });

  it('K8 no key counts as unused from before it', async () => {
    await test.ground.database.query(
      `update keystamp.tracking set since = now() - interval '200 days'`,
    );
    const old = [await aged(150, 100), await aged(150, null)];
    expect((await unusedFor(90)).sort()).toEqual([...old].sort());
    await test.keystamp.bookRestore(new Date(0));
    expect(await unusedFor(1)).toEqual([]);
    await test.ground.database.query(
      `update keystamp.tracking set restored_at = now() - interval '91 days'`,
    );
    expect((await unusedFor(90)).sort()).toEqual([...old].sort());
  });

  it.each([
    ['in the future', () => new Date(test.keystamp.now().getTime() + DAY_MS)],
    ['that is none', () => new Date(Number.NaN)],
    ['as text', () => '2026-01-01' as unknown as Date],
  ])('is refused for a time %s', async (_name, backupAt) => {
    await expect(test.keystamp.bookRestore(backupAt())).rejects.toMatchObject({
      field: 'backupAt',
    });
    expect((await test.keystamp.listApiKeys()).restoredAt).toBeNull();
  });
});
