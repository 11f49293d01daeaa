/**
 * A service in a process of its own that uses keys at random, and writes `id before after` of each use, in the host's time.
 * At SIGTERM it closes its instance and ends. Text of a module for `runModule` (its `dist` is the built package).
 * Arguments: URL, precision, flush interval, ids and keys as JSON.
 */
export const userProgram = `
import { writeSync } from 'node:fs';
const { createKeystamp } = await import(dist + 'index.js');
const [url, precisionMs, flushIntervalMs, list] = process.argv.slice(1).filter((one) => one !== '--');
const keys = JSON.parse(list);
const keystamp = await createKeystamp({
  database: url, precisionMs: Number(precisionMs), flushIntervalMs: Number(flushIntervalMs), migrate: false,
});
for (const { apiKey } of keys) await keystamp.validateUserApiKey(apiKey, { recordUse: false });
let isStopping = false;
process.on('SIGTERM', async () => {
  isStopping = true;
  await keystamp.close();
  process.exit(0);
});
writeSync(1, 'ready\\n');
while (!isStopping) {
  const { id, apiKey } = keys[Math.floor(Math.random() * keys.length)];
  const before = Date.now();
  const { valid } = await keystamp.validateUserApiKey(apiKey);
  if (valid) writeSync(1, id + ' ' + before + ' ' + Date.now() + '\\n');
  await new Promise((resolve) => setTimeout(resolve, Math.random() * 2));
}
`;
