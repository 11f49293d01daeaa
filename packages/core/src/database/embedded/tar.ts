export interface TarEntry {
  readonly kind: 'file' | 'folder';
  /** Relative, with `/`. */
  readonly name: string;
  readonly content: Buffer;
}

const block = 512;

/** Reads the files and folders of an uncompressed ustar archive; other kinds of entries are refused. */
export function* readTar(archive: Buffer): Generator<TarEntry> {
  for (let at = 0; at + block <= archive.length; ) {
    const header = archive.subarray(at, at + block);
    if (header.every((byte) => byte === 0)) return;
    const size = Number.parseInt(field(header, 124, 12), 8) || 0;
    const content = archive.subarray(at + block, at + block + size);
    if (content.length < size) throw new Error('The archive is cut short');
    const prefix = field(header, 345, 155);
    const name = prefix === '' ? field(header, 0, 100) : `${prefix}/${field(header, 0, 100)}`;
    yield { kind: kindOf(field(header, 156, 1), name), name: safeName(name), content };
    at += block + Math.ceil(size / block) * block;
  }
}

function field(header: Buffer, start: number, length: number): string {
  const bytes = header.subarray(start, start + length);
  const end = bytes.indexOf(0);
  return bytes.toString('utf8', 0, end === -1 ? length : end).trim();
}

function kindOf(flag: string, name: string): TarEntry['kind'] {
  if (flag === '5') return 'folder';
  if (flag === '0' || flag === '') return 'file';
  throw new Error(`The archive holds an entry of kind ${flag}: ${name}`);
}

function safeName(name: string): string {
  const relative = name.replace(/^\/+/, '');
  if (relative.split('/').includes('..')) throw new Error(`The archive leaves its folder: ${name}`);
  return relative;
}
