import { CliFailure } from './cli-io.js';

/** What is wrong with one line of a text. Never repeats the line: it may hold a secret. */
export class WrongLine extends CliFailure {
  constructor(number: number, what: string) {
    super(`line ${number}: ${what}`);
  }
}

const LINE_FEED = 0x0a;
/** Some 400,000 ids, if they all stand on one line. More is another kind of file, and does not go into memory. */
const MAX_LINE_MIB = 16;
/** Not by U+FFFD in place of what is no character: a name would be stored as another, a password as one that nobody can type. */
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * The lines of a file or of standard input: the one place where text from outside is decoded. UTF-8, with or without a byte
 * order mark before it; whatever else, and a line that is too long, throws `WrongLine`. A line ends with LF or CR LF.
 */
export async function* textLines(
  input: AsyncIterable<Uint8Array | string>,
): AsyncGenerator<string> {
  let number = 0;
  for await (const line of byteLines(input)) {
    number += 1;
    yield decode(number === 1 ? withoutMark(line) : line, number);
  }
}

/** Not by readline, which loses an error of the file, and parts a text at characters that JSON may hold. */
async function* byteLines(input: AsyncIterable<Uint8Array | string>): AsyncGenerator<Buffer> {
  let begun: Buffer[] = [];
  let [number, length] = [1, 0];
  const keep = (bytes: Buffer) => {
    begun.push(bytes);
    length += bytes.length;
    if (length > MAX_LINE_MIB * 2 ** 20)
      throw new WrongLine(number, `over ${MAX_LINE_MIB} MiB long`);
  };
  for await (const chunk of input) {
    const bytes = Buffer.from(chunk);
    let from = 0;
    for (let at = bytes.indexOf(LINE_FEED); at >= 0; at = bytes.indexOf(LINE_FEED, from)) {
      keep(bytes.subarray(from, at));
      yield Buffer.concat(begun);
      begun = [];
      [number, length] = [number + 1, 0];
      from = at + 1;
    }
    if (from < bytes.length) keep(bytes.subarray(from));
  }
  if (begun.length > 0) yield Buffer.concat(begun);
}

function decode(line: Buffer, number: number): string {
  try {
    return decoder.decode(line).replace(/\r$/, '');
  } catch {
    throw new WrongLine(number, 'not UTF-8');
  }
}

/** PowerShell, Excel and Notepad write a mark, and may write UTF-16. */
function withoutMark(line: Buffer): Buffer {
  const [first, second, third] = line;
  const isMarked = (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff);
  // Without a mark: text that begins with ASCII has every other byte zero.
  if (isMarked || (line.length > 1 && (first === 0) !== (second === 0))) {
    throw new WrongLine(1, 'not UTF-8 but UTF-16: save it as UTF-8');
  }
  return first === 0xef && second === 0xbb && third === 0xbf ? line.subarray(3) : line;
}
