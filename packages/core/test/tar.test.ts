import { expect, test } from 'vitest';
import { readTar } from '../src/database/embedded/tar.js';

interface Given {
  name: string;
  kind?: string;
  content?: string;
  prefix?: string;
}

function entry({ name, kind = '0', content = '', prefix = '' }: Given): Buffer {
  const header = Buffer.alloc(512);
  header.write(name, 0);
  header.write(content.length.toString(8).padStart(11, '0'), 124);
  header.write(kind, 156);
  header.write(prefix, 345);
  const body = Buffer.alloc(Math.ceil(content.length / 512) * 512);
  body.write(content);
  return Buffer.concat([header, body]);
}

const archive = (...entries: Given[]) => Buffer.concat([...entries.map(entry), Buffer.alloc(1024)]);

test('files and folders come in order, with their whole content', () => {
  const long = 'x'.repeat(1300);
  const read = [
    ...readTar(
      archive(
        { name: '/base/', kind: '5' },
        { name: 'base/empty' },
        { name: 'long', content: long, prefix: 'base/1' },
        { name: 'last', content: 'end' },
      ),
    ),
  ];
  expect(read.map(({ kind, name }) => `${kind} ${name}`)).toEqual([
    'folder base/',
    'file base/empty',
    'file base/1/long',
    'file last',
  ]);
  expect(read.map(({ content }) => content.toString())).toEqual(['', '', long, 'end']);
});

test.each([
  ['a link', archive({ name: 'a', kind: '2' }), 'an entry of kind 2: a'],
  ['a way out', archive({ name: 'a/../../b' }), 'leaves its folder'],
  [
    'a cut archive',
    archive({ name: 'a', content: 'x'.repeat(600) }).subarray(0, 1000),
    'cut short',
  ],
])('%s is refused', (_, bytes, why) => {
  expect(() => [...readTar(bytes)]).toThrow(why);
});
