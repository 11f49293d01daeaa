import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { FailedStatements } from '../../src/database/failed-statements.js';
import { silent } from '../../src/log.js';

const lines: object[] = [];
const logger = { ...silent, warn: (fields: object) => void lines.push(fields) };
const failure = (code: string | undefined, message = 'words') =>
  Object.assign(new Error(message), { code, severity: 'ERROR' });

describe('failed statements in the log', () => {
  beforeEach(() => {
    lines.length = 0;
    vi.useFakeTimers();
  });
  afterEach(() => vi.useRealTimers());

  it('are told of at once, and then once a minute with their number, for each SQLSTATE', () => {
    const failed = new FailedStatements(logger);
    for (let i = 0; i < 312; i++) failed.count(failure('53300', 'sorry, too many clients already'));
    failed.count(failure('42501'));
    const first = { code: '53300', count: 1, reason: 'sorry, too many clients already' };
    expect(lines).toEqual([first, { code: '42501', count: 1, reason: 'words' }]);
    vi.advanceTimersByTime(60_000);
    expect(lines.slice(2)).toEqual([{ ...first, count: 311 }]);
    vi.advanceTimersByTime(600_000);
    expect(lines).toHaveLength(3);
    expect(vi.getTimerCount()).toBe(0);
    failed.count(failure('53300'));
    expect(lines).toHaveLength(4);
    failed.close();
  });

  it('K1 never quote a value', () => {
    const failed = new FailedStatements(logger);
    failed.count(failure('22P02', 'invalid input syntax: "a secret"'));
    expect(lines).toEqual([{ code: '22P02', count: 1, reason: 'SQLSTATE 22P02' }]);
    failed.close();
  });

  it('are told of at the end, and not after it', () => {
    const failed = new FailedStatements(logger);
    for (let i = 0; i < 3; i++) failed.count(failure(undefined, 'timeout exceeded'));
    failed.close();
    failed.count(failure('57P01'));
    expect(lines).toEqual([
      { code: null, count: 1, reason: 'timeout exceeded' },
      { code: null, count: 2, reason: 'timeout exceeded' },
    ]);
  });

  it('are of a bounded number of kinds', () => {
    const failed = new FailedStatements(logger);
    for (let i = 0; i < 10_000; i++) failed.count(failure(`E${i}`));
    expect(lines).toHaveLength(100);
    failed.close();
  });
});
