import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { RefusalLog } from '../../src/http/authenticate-key/refusal-log.js';

const lines: { fields: object; message: string }[] = [];
const logger = { warn: (fields: object, message: string) => lines.push({ fields, message }) };

describe('refused keys in the log', () => {
  beforeEach(() => {
    lines.length = 0;
    vi.useFakeTimers();
  });
  afterEach(() => vi.useRealTimers());

  it('are one line a minute with counts by reason', () => {
    const log = new RefusalLog(logger);
    for (let i = 0; i < 1000; i++) log.count('unknown');
    log.count('revoked');
    expect(lines).toEqual([]);
    vi.advanceTimersByTime(60_000);
    expect(lines).toEqual([
      { fields: { refused: { unknown: 1000, revoked: 1 } }, message: 'API keys were refused' },
    ]);
  });

  it('start a new minute with the next refusal, and none without', () => {
    const log = new RefusalLog(logger);
    log.count('unknown');
    vi.advanceTimersByTime(600_000);
    expect(lines).toHaveLength(1);
    log.count('expired');
    vi.advanceTimersByTime(60_000);
    expect(lines[1]?.fields).toEqual({ refused: { expired: 1 } });
  });

  it('are told at the end, once', () => {
    const log = new RefusalLog(logger);
    log.count('malformed');
    log.close();
    log.close();
    vi.advanceTimersByTime(60_000);
    expect(lines.map(({ fields }) => fields)).toEqual([{ refused: { malformed: 1 } }]);
  });
});
