import { createTestDatabase, type TestDatabase } from '@keystamp/testing/databases/test-database';
import { until } from '@keystamp/testing/until';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDatabase } from '../../src/database/index.js';
import { ImportedFormats } from '../../src/validation/imported-formats.js';
import { watch } from './watched-database.js';

let ground: TestDatabase;
beforeAll(async () => {
  ground = await createTestDatabase();
});
afterAll(() => ground.drop());

describe('a text of another shape than ours', () => {
  it('is no key where the database knows no imported one', async () => {
    const shapes = new ImportedFormats(ground.database);
    await shapes.refresh();
    expect(shapes.mayMatch('sk-live-0123')).toBe(false);
  });

  it('K4 may be one until the database has answered', async () => {
    const away = await openDatabase('postgres://127.0.0.1:1/nowhere');
    const shapes = new ImportedFormats(away);
    await shapes.refresh();
    expect(shapes.mayMatch('sk-live-0123')).toBe(true);
    expect(shapes.mayMatch('')).toBe(false);
    expect(shapes.mayMatch('x'.repeat(513))).toBe(false);
    shapes.close();
    await away.end();
  });

  it('K4 costs one question at a time and one after it, however often it is asked for', async () => {
    const watched = watch(ground.database);
    watched.holdAnswers((text) => text.includes('where imported'));
    const shapes = new ImportedFormats(watched);
    const asked = Array.from({ length: 10_000 }, () => shapes.refresh());
    await until(() => watched.held === 1);
    expect(watched.sent).toHaveLength(1);
    expect(shapes.mayMatch('sk-live-0123')).toBe(true);
    watched.letGo();
    await Promise.all(asked);
    expect(watched.sent).toHaveLength(2);
    expect(shapes.mayMatch('sk-live-0123')).toBe(false);
  });
});
