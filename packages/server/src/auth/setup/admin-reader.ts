import type { Database } from 'keystamp/database';
import { BatchReader } from '../../http/batch-reader.js';
import { hasActiveAdmin } from '../../sql/has-active-admin.js';

const ADMIN = 'admin';

/** Whether there is an active administrator: one statement for however many ask at once, as strangers do. */
export function adminReader(database: Database): () => Promise<boolean> {
  const reader = new BatchReader(async () => new Map([[ADMIN, await hasActiveAdmin(database)]]));
  return async () => (await reader.read(ADMIN)) === true;
}
