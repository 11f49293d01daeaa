// node scripts/name-repository.mjs URL: writes into the package.json of both packages where their sources are, for the page
// that npm has of each. The workflow that publishes names its own repository, so that a fork names itself; npm refuses a
// package whose provenance comes from another one.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './workspace.mjs';

const [url = ''] = process.argv.slice(2);
if (!/^https:\/\/[\w.-]+(\/[\w.-]+){2}$/.test(url)) {
  console.error(`The repository: got "${url}", expected https://HOST/OWNER/NAME`);
  process.exit(2);
}
const base = url.replace(/\.git$/, '');

for (const directory of ['packages/core', 'packages/server']) {
  const path = join(root, directory, 'package.json');
  const manifest = JSON.parse(readFileSync(path, 'utf8'));
  const where = {
    homepage: `${base}#readme`,
    bugs: `${base}/issues`,
    repository: { type: 'git', url: `git+${base}.git`, directory },
  };
  writeFileSync(path, `${JSON.stringify({ ...manifest, ...where }, null, 2)}\n`);
}
