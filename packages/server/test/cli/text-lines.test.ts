import { describe, expect, it } from 'vitest';
import { textLines } from '../../src/cli/text-lines.js';

async function linesOf(bytes: Uint8Array, chunk = bytes.length || 1): Promise<string[]> {
  async function* chunks() {
    for (let at = 0; at < bytes.length; at += chunk) yield bytes.subarray(at, at + chunk);
  }
  const lines: string[] = [];
  for await (const line of textLines(chunks())) lines.push(line);
  return lines;
}

const TEXT = 'Zoë 👩\r\nzwei\u2028Zeilen\n\nlast';
const LINES = ['Zoë 👩', 'zwei\u2028Zeilen', '', 'last'];

describe('text from a file or standard input', () => {
  it.each([1, 2, 3, 7, 100])('comes in lines, in chunks of %i bytes too', async (chunk) => {
    expect(await linesOf(Buffer.from(TEXT), chunk)).toEqual(LINES);
    expect(await linesOf(Buffer.from(`\ufeff${TEXT}\n`), chunk)).toEqual(LINES);
  });

  it('has a mark at its start only', async () => {
    expect(await linesOf(Buffer.from('a\n\ufeffb'))).toEqual(['a', '\ufeffb']);
    expect(await linesOf(Buffer.from('\ufeff'))).toEqual(['']);
    expect(await linesOf(Buffer.alloc(0))).toEqual([]);
  });

  it.each<[string, Buffer, string]>([
    ['Latin-1', Buffer.from('ascii\nZoë\n', 'latin1'), 'line 2: not UTF-8'],
    ['a cut character', Buffer.from('a\nb\në').subarray(0, 5), 'line 3: not UTF-8'],
    ['a half of a pair, encoded', Buffer.from([0xed, 0xa0, 0x80]), 'line 1: not UTF-8'],
    ['UTF-16', Buffer.from('\ufeffabc', 'utf16le'), 'line 1: not UTF-8 but UTF-16'],
    ['UTF-16 without a mark', Buffer.from('abc', 'utf16le'), 'line 1: not UTF-8 but UTF-16'],
    [
      'UTF-16, big end first',
      Buffer.from('\ufeffabc', 'utf16le').swap16(),
      'line 1: not UTF-8 but UTF-16',
    ],
  ])('is refused in %s, with its line', async (_what, bytes, message) => {
    await expect(linesOf(bytes, 2)).rejects.toThrow(message);
  });

  it('is refused where a line goes on and on, and is not read to its end', async () => {
    let chunks = 0;
    async function* endless() {
      yield Buffer.from('first\n');
      for (;;) {
        chunks += 1;
        yield Buffer.alloc(2 ** 20, 'x');
      }
    }
    const read = async () => {
      for await (const line of textLines(endless())) expect(line).toBe('first');
    };
    await expect(read()).rejects.toThrow('line 2: over 16 MiB long');
    expect(chunks).toBe(17);
    expect(await linesOf(Buffer.alloc(16 * 2 ** 20, 'x'), 2 ** 20)).toHaveLength(1);
  });
});
