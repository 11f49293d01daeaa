// A build step of packages/core: makes the data directory that new embedded databases begin with.
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const core = new URL('../packages/core/', import.meta.url);
const require = createRequire(core);
const pglite = new URL('../package.json', `file://${require.resolve('@electric-sql/pglite')}`);
const { version } = JSON.parse(readFileSync(pglite, 'utf8'));
const marker = new URL('dist/embedded-seed.version', core);

if (written() !== version) {
  const { writeSeedFile } = await import(
    new URL('dist/database/embedded/embedded-seed.js', core).href
  );
  await writeSeedFile();
  writeFileSync(marker, version);
}

function written() {
  try {
    return readFileSync(marker, 'utf8');
  } catch {
    return undefined;
  }
}
