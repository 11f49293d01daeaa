// Checks that what is released agrees: the versions of all packages, what they need of each other, the lock file and the
// newest section of CHANGELOG.md. Part of `npm run lint`. With a tag (`v0.1.0`) also that the tag names that version and
// that its section has a day; then the section is printed, as the notes of the release.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './workspace.mjs';

const PUBLISHED = ['packages/core', 'packages/server'];
const [tag] = process.argv.slice(2);
const faults = [];

const version = packageOf('packages/core').version;
checkVersions();
const section = newestSection();
if (section.version !== version)
  fault(`CHANGELOG.md: its newest section is ${section.version}, expected ${version}`);
if (section.notes === '') fault(`CHANGELOG.md: the section of ${section.version} is empty`);
if (tag !== undefined) checkTag();
for (const each of faults) console.error(each);
if (tag !== undefined && faults.length === 0) console.log(section.notes);
process.exit(faults.length === 0 ? 0 : 1);

function packageOf(folder) {
  return JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'));
}

function checkVersions() {
  const locked = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages;
  for (const folder of PUBLISHED) {
    const { name, version: own, dependencies } = packageOf(folder);
    expect(`${folder}/package.json: the version of ${name}`, own, version);
    expect(`package-lock.json: the version of ${name}`, locked[folder]?.version, version);
    const needed = dependencies?.keystamp;
    if (needed !== undefined) expect(`${folder}: keystamp it needs`, needed, version);
  }
}

/** The first heading of a version, its day (null: not released yet), and what stands below it. */
function newestSection() {
  const text = readFileSync(join(root, 'CHANGELOG.md'), 'utf8');
  const [, ...sections] = text.split(/^## /m);
  const [heading = '', ...lines] = (sections[0] ?? '').split('\n');
  const [, found, day = null] = /^(\S+) - (Unreleased|\d{4}-\d\d-\d\d)$/.exec(heading) ?? [];
  if (found === undefined) {
    fault(`CHANGELOG.md: got "## ${heading}", expected "## ${version} - Unreleased" or a day`);
  }
  return {
    version: found ?? heading,
    day: day === 'Unreleased' ? null : day,
    notes: lines.join('\n').trim(),
  };
}

function checkTag() {
  expect('The tag', tag, `v${version}`);
  if (section.day === null) {
    fault(
      `CHANGELOG.md: ${version} has no day: write it in place of "Unreleased", and tag that commit`,
    );
  }
}

function expect(what, got, expected) {
  if (got !== expected) fault(`${what}: got ${got}, expected ${expected}`);
}

function fault(message) {
  faults.push(message);
}
