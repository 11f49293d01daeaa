import { expect, it } from 'vitest';
import { plainLine } from '../src/log/plain-line.js';

it('a line of the log at a terminal is a sentence with its fields, and no control character', () => {
  const json = JSON.stringify({
    level: 'warn',
    time: '2030-01-31T03:04:05.678Z',
    audit: true,
    msg: 'Lost it\u001b[2J',
    reason: 'no route',
    err: { message: 'gone', stack: 'at x' },
    code: 'ECONNRESET',
  });
  expect(plainLine(json)).toMatch(
    /^\d\d:\d\d:\d\d warn: Lost it\ufffd\[2J reason="no route" err="gone" code=ECONNRESET\n$/,
  );
});
