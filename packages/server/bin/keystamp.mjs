#!/usr/bin/env node
// In the repository before it is built, so that an install links it.
import { existsSync } from 'node:fs';

const main = new URL('../dist/cli/main.js', import.meta.url);
if (existsSync(main)) {
  await import(main.href);
} else {
  process.stderr.write(
    'keystamp: not built yet: run "npm start" or "npm run build" in its folder\n',
  );
  process.exitCode = 1;
}
