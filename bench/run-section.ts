// Runs one section in a process of its own: node run-section.ts <name> <url of the server>. Sends what it found to its parent.
import { openGround } from './ground/section-ground.js';
import { findSection } from './sections/index.js';

const [name = '', url = ''] = process.argv.slice(2);
const ground = openGround(url);
try {
  const findings = await findSection(name).run(ground);
  process.send?.(findings);
} catch (error) {
  process.stderr.write(`${(error as Error).stack}\n`);
  process.exitCode = 1;
} finally {
  await ground.end();
  process.disconnect?.();
}
