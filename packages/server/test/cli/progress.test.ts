import { describe, expect, it } from 'vitest';
import { Progress } from '../../src/cli/progress.js';

function shown(errIsTerminal: boolean, total: number): string {
  let err = '';
  const progress = new Progress({
    errIsTerminal,
    err: (text) => {
      err += text;
    },
  });
  for (let done = 0; done <= total; done += total / 100) progress.show('Moving keys', done, total);
  progress.end();
  return err;
}

function share(errIsTerminal: boolean, part: number | null): string {
  let err = '';
  const io = {
    errIsTerminal,
    err: (text: string) => {
      err += text;
    },
  };
  new Progress(io).showShare('Importing', 60_000, part);
  return err;
}

describe('long work', () => {
  it('has a bar at a terminal, which leaves its line at the end', () => {
    const [, first = '', ...rest] = shown(true, 200).split('\r\u001b[K');
    expect(first).toBe(`${'Moving keys'.padEnd(28)} ${'░'.repeat(30)}   0 %  0`);
    expect(rest.at(-2)).toBe(`${'Moving keys'.padEnd(28)} ${'█'.repeat(30)} 100 %  200`);
    expect(rest.at(-1)).toBe('');
  });

  it('has a line each tenth where it is kept, and none where it is short', () => {
    const lines = shown(false, 100_000).split('\n');
    expect(lines).toHaveLength(12);
    expect(lines[1]).toBe('Moving keys: 10 % (10,000 of 100,000)');
    expect(shown(false, 100)).toBe('');
  });

  it('has a bar by the share where the number is unknown, and the count alone of a pipe', () => {
    const bar = share(true, 0.5);
    expect(bar).toBe(
      `\r\u001b[K${'Importing'.padEnd(28)} ${'█'.repeat(15)}${'░'.repeat(15)}  50 %  60,000`,
    );
    expect(share(true, null)).toBe(`\r\u001b[K${'Importing'.padEnd(28)} 60,000`);
    expect(share(false, 0.5)).toBe('Importing: 50 % (60,000)\n');
    expect(share(false, null)).toBe('');
  });
});
