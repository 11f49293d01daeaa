import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDatabase } from '../../src/index.js';
import { ForeignShapes } from '../../src/validation/imported-formats.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';
import { until } from '../support/until.js';
import { watch } from './watched-database.js';

let ground: TestDatabase;
beforeAll(async () => {
  ground = await createTestDatabase();
});
afterAll(() => ground.drop());

describe('a text of another shape than ours', () => {
  it('is no key where the database knows no imported one', async () => {
    const shapes = new ForeignShapes(ground.database);
    await shapes.refresh();
    expect(shapes.mayBeKey('sk-live-0123')).toBe(false);
  });

  it('K4 may be one until the database has answered', async () => {
    const away = await openDatabase('postgres://127.0.0.1:1/nowhere');
    const shapes = new ForeignShapes(away);
    await shapes.refresh();
    expect(shapes.mayBeKey('sk-live-0123')).toBe(true);
    expect(shapes.mayBeKey('')).toBe(false);
    expect(shapes.mayBeKey('x'.repeat(513))).toBe(false);
    shapes.close();
    await away.end();
  });

  it('K4 costs one question at a time and one after it, however often it is asked for', async () => {
    const watched = watch(ground.database);
    watched.holdAnswers((text) => text.includes('where imported'));
    const shapes = new ForeignShapes(watched);
    const asked = Array.from({ length: 10_000 }, () => shapes.refresh());
    await until(() => watched.held === 1);
    expect(watched.sent).toHaveLength(1);
    expect(shapes.mayBeKey('sk-live-0123')).toBe(true);
    watched.letGo();
    await Promise.all(asked);
    expect(watched.sent).toHaveLength(2);
    expect(shapes.mayBeKey('sk-live-0123')).toBe(false);
  });
});
