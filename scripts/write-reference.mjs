// npm run reference: writes docs/reference/ from the docstrings of the library, the API document of the server, the help
// of the commands and the settings, as they were built. With --check it changes nothing, and fails where a page is not
// what it would write.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { commandLinePage } from './reference/command-line.mjs';
import { httpPage } from './reference/http.mjs';
import { libraryPage } from './reference/library.mjs';
import { settingsPage } from './reference/settings.mjs';
import { root } from './workspace.mjs';

const built = (path) => import(join(root, 'packages', path));
const { createProgram } = await built('server/dist/cli/program.js');
const { SUBJECTS } = await built('server/dist/config/settings.js');
const { buildApp, openLog, readConfig } = await built('server/dist/index.js');
const { createKeystamp } = await built('core/dist/index.js');

const isCheck = process.argv.includes('--check');
const pages = {
  'library.md': libraryPage(join(root, 'packages/core')),
  'http.md': httpPage(await apiDocument()),
  'command-line.md': commandLinePage(createProgram({})),
  'settings.md': settingsPage({ SUBJECTS, readConfig }),
};
mkdirSync(join(root, 'docs/reference'), { recursive: true });
const stale = Object.entries(pages).filter(([file, text]) => !isWritten(file, text));
for (const [file] of stale) {
  if (isCheck) console.error(`docs/reference/${file} is out of date: npm run reference`);
}
process.exit(isCheck && stale.length > 0 ? 1 : 0);

function isWritten(file, text) {
  const path = join(root, 'docs/reference', file);
  if (!isCheck) writeFileSync(path, text);
  return read(path) === text;
}

function read(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}

async function apiDocument() {
  const keystamp = await createKeystamp({ database: await PGlite.create() });
  const { config } = readConfig({});
  const logger = openLog('silent');
  const { app } = await buildApp({ keystamp, config, logger, pageFolder: '/nowhere' });
  try {
    return app.swagger();
  } finally {
    await app.close();
    await keystamp.close();
  }
}
