// npm start: installs and builds what is missing, then serves, in this very process, so that signals reach it.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build, install, requireNode, root } from './workspace.mjs';

requireNode();
if (!install('run') || !build()) process.exit(1);

const main = join(root, 'packages/server/dist/cli/main.js');
process.argv = [process.execPath, main, 'serve', ...process.argv.slice(2)];
await import(pathToFileURL(main).href);
