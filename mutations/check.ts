/**
 * Checks the list of mutations without running them, so that it cannot become outdated unseen: each text that is
 * replaced stands in its file exactly once, each test exists, each promise has a mutation, and the table in the document
 * is that of the list. Part of `npm run lint` and `npm test`.
 */
import { faultsOf, faultsOfTable, missingPromises, titleOf } from './faults.js';
import { mutations } from './list.js';
import { DOCUMENT } from './table.js';

const outdated = faultsOfTable(mutations);
const faults = [
  ...mutations.flatMap((one) => faultsOf(one).map((fault) => `${titleOf(one)}\n  ${fault}`)),
  ...missingPromises(mutations).map((id) => `no mutation of ${id}, which README.md promises`),
  ...outdated.map((fault) => `${DOCUMENT}: ${fault}`),
];
for (const fault of faults) console.error(`mutations: ${fault}`);
if (outdated.length > 0) console.error('`npm run mutations -- new` runs those that are missing.');
process.exit(faults.length === 0 ? 0 : 1);
