import { until } from '@keystamp/testing/until';
import type { TestKeystamp } from './keystamp.js';

/** When a key was last used, once what is pending is written. To the microsecond, as a Date does not tell it; null: never. */
export async function lastUse({ keystamp, stored }: TestKeystamp, id: string): Promise<unknown> {
  await keystamp.flush();
  return stored(id, 'last_used_at::text');
}

/** The same, and then waits until a use from now on would be told apart from it. */
export async function lastUseLongAgo(test: TestKeystamp, id: string): Promise<unknown> {
  const usedAt = await lastUse(test, id);
  const text = `select clock_timestamp() > $1::timestamptz + interval '100 ms' as past`;
  await until(async () => {
    const { rows } = await test.ground.database.query<{ past: boolean }>(text, [usedAt]);
    return usedAt === null || rows[0]?.past;
  });
  return usedAt;
}
