// npm run api-report: writes packages/core/api/, a report for each entry point of the library: the names that it exports and
// their types, as TypeScript declares them. A change of the public surface is a change of a report, and shows in review.
// With --check it changes nothing, and fails where a report is not what it would write. What a middleware adds to the types
// of its framework (`declare module`) is in no report.
import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { CompilerState, Extractor, ExtractorConfig } from '@microsoft/api-extractor';
import { root } from './workspace.mjs';

const core = join(root, 'packages/core');
const packageJson = join(core, 'package.json');
const reports = join(core, 'api');
const isCheck = process.argv.includes('--check');
const faults = [];

mkdirSync(reports, { recursive: true });
const entries = entryPoints();
const configs = entries.map(configOf);
const compilerState = CompilerState.create(configs[0], {
  additionalEntryPoints: configs.map(({ mainEntryPointFilePath }) => mainEntryPointFilePath),
});
const unexported = new Set(configs.flatMap(writeReport));
checkFiles();
checkExports();
for (const fault of faults) console.error(fault);
process.exit(faults.length === 0 ? 0 : 1);

/** Each with the name of its report: that of the sub-path, or `keystamp`. */
function entryPoints() {
  const { name, exports } = JSON.parse(readFileSync(packageJson, 'utf8'));
  return Object.entries(exports)
    .filter(([, entry]) => entry.types !== undefined)
    .map(([path, { types }]) => ({ name: path.slice(2) || name, types }));
}

function configOf({ name, types }) {
  return ExtractorConfig.prepare({
    configObjectFullPath: undefined,
    packageJsonFullPath: packageJson,
    configObject: {
      projectFolder: core,
      mainEntryPointFilePath: join(core, types),
      newlineKind: 'lf',
      compiler: { tsconfigFilePath: join(core, 'tsconfig.json') },
      apiReport: {
        enabled: true,
        reportFileName: `${name}.api.md`,
        reportFolder: reports,
        reportTempFolder: join(root, 'node_modules/.cache/keystamp-api'),
      },
      messages: {
        extractorMessageReporting: { default: { logLevel: 'none' } },
        tsdocMessageReporting: { default: { logLevel: 'none' } },
      },
    },
  });
}

/** Returns the names of types that the entry point uses and does not export. */
function writeReport(config) {
  const names = [];
  const { apiReportChanged } = Extractor.invoke(config, {
    compilerState,
    localBuild: !isCheck,
    messageCallback(message) {
      message.handled = true;
      if (message.messageId === 'ae-forgotten-export') names.push(message.text.split('"')[1]);
      else if (message.logLevel === 'error') faults.push(message.text);
    },
  });
  if (isCheck && apiReportChanged)
    faults.push(
      `packages/core/api/${basename(config.reportFilePath)} is out of date: npm run api-report`,
    );
  return names;
}

/** An entry point that is gone leaves no report. */
function checkFiles() {
  for (const file of readdirSync(reports)) {
    if (entries.some(({ name }) => file === `${name}.api.md`)) continue;
    if (isCheck) faults.push(`packages/core/api/${file} is of no entry point: npm run api-report`);
    else rmSync(join(reports, file));
  }
}

/** A type that an entry point uses can be imported, from there or from another one. */
function checkExports() {
  const texts = readdirSync(reports).map((file) => readFileSync(join(reports, file), 'utf8'));
  const exported = new Set(
    [
      ...texts
        .join('\n')
        .matchAll(/^export (?:\w+ )*?(?:class|const|function|interface|type) (\w+)/gm),
    ].map(([, name]) => name),
  );
  for (const name of unexported) {
    if (!exported.has(name)) faults.push(`${name} is used by an entry point, and none exports it`);
  }
}
